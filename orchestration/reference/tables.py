"""The reference seeds as data: per file its columns, what a cell may hold, and its key (contract §3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from orchestration.landing import RAW_EXPORTS
from orchestration.language import N_


class Kind(Enum):
    """How a cell is spelled; the value is the phrase that tells an editor."""

    TEXT = N_("text on one line")
    PROSE = N_("text")
    CODE = N_("a code in half-width characters, without blanks and quotes")
    FLAG = N_("true or false")
    YEAR = N_("a year from 2000 to 2099")
    DAY = N_("a date written as 2020-03-20")
    MONTH = N_("a month written as its first day, 2020-03-01")
    NUMBER = N_("a plain decimal number")


@dataclass(frozen=True)
class Column:
    """What the cells of one column may hold."""

    name: str
    kind: Kind = Kind.TEXT
    may_be_blank: bool = False
    one_of: tuple[str, ...] = ()
    known_in: str = ""
    """`file.column` in which the value must occur."""
    flagged: str = ""
    """A flag of that file which must be true for the row found there."""
    wildcard: str = ""
    """One more value that is allowed where `known_in` would refuse it."""
    positive: bool = False
    at_least: int | None = None
    at_most: int | None = None
    may_be_absent: bool = False
    """A file of an office from before the column was added: all its cells count as blank."""


@dataclass(frozen=True)
class Transcribed:
    """How a table may differ from the regulation's transcription."""

    compared: tuple[str, ...]
    """The columns that, beside the key, are as shipped; another value in them is warned of."""
    key: tuple[str, ...] = ()
    """What tells its rows apart, where the table's key is another."""
    may_be_gone: bool = True
    """Whether a shipped row that is not there is warned of, not refused."""
    may_be_more: bool = True
    """Whether a row that is not shipped is sound: there is nothing that would count it."""


@dataclass(frozen=True)
class Table:
    """One file of seeds/reference."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    transcribed: Transcribed | None = None
    """None: the office's own rows, which nothing is compared with."""

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"


def _code(name: str, known_in: str = "", may_be_blank: bool = False) -> Column:
    return Column(name, Kind.CODE, known_in=known_in, may_be_blank=may_be_blank)


def _flag(name: str) -> Column:
    return Column(name, Kind.FLAG)


def _new_day(name: str) -> Column:
    return Column(name, Kind.DAY, may_be_blank=True, may_be_absent=True)


def _org(name: str, flagged: str = "", wildcard: str = "", may_be_blank: bool = False) -> Column:
    return Column(
        name, known_in="organizations.org_code", flagged=flagged, wildcard=wildcard, may_be_blank=may_be_blank
    )


def _requirement(name: str = "requirement_id") -> Column:
    return _code(name, known_in="requirements.requirement_id")


def _measure(name: str, may_be_blank: bool = False) -> Column:
    return _code(name, known_in="measures.measure", may_be_blank=may_be_blank)


def _factor() -> Column:
    return _code("factor", known_in="factor_labels.factor")


_CLAUSE = _code("clause_id", known_in="clauses.clause_id")
_YEAR = Column("year", Kind.YEAR)
_EXPORTS = tuple(export.name for export in RAW_EXPORTS)

READING_OPTIONS: Mapping[str, frozenset[str]] = {
    "9.1.basis": frozenset({"annual_new", "cumulative_stock"}),
    "9.1.group_members": frozenset({"group_only", "equal_split"}),
    "9.5.year": frozenset({"every_month", "monthly_average"}),
}
"""The readings with an alternative (contract §4): an editor chooses among them. Others have one option."""

TABLES = (
    Table(
        "organizations",
        (
            _code("org_code"),
            Column("org_name"),
            Column("short_name"),
            Column(
                "org_type",
                one_of=("department", "affiliate", "industry", "city", "enterprise", "target_group"),
            ),
            _flag("is_department"),
            _flag("is_local"),
            _org("target_unit_code", may_be_blank=True),
            Column("channel_opened_on", Kind.DAY, may_be_blank=True),
            _new_day("opened_on"),
            _new_day("closed_on"),
            _flag("is_sample"),
        ),
        key=("org_code",),
    ),
    Table(
        "modules",
        (
            _code("module_code"),
            _code("module_key", may_be_blank=True),
            Column("module_name"),
            Column("category", one_of=("general", "business")),
            _flag("tracks_completion"),
        ),
        key=("module_code",),
        transcribed=Transcribed(("module_key", "module_name", "category", "tracks_completion")),
    ),
    Table(
        "spellings",
        (
            Column("export_name", one_of=tuple(export.name for export in RAW_EXPORTS), may_be_blank=True),
            Column("column_name", may_be_blank=True),
            Column("value", may_be_blank=True),
            Column("spelling"),
        ),
        key=("export_name", "column_name", "value", "spelling"),
    ),
    Table(
        "small_count_limits",
        # No look-up of the module: a warning tells of one that is gone.
        (_code("module_code"), Column("withheld_below", Kind.NUMBER), Column("reason", Kind.PROSE)),
        key=("module_code",),
    ),
    Table(
        "clauses",
        (
            _code("clause_id"),
            Column("article"),
            Column("item", may_be_blank=True),
            Column("text", Kind.PROSE),
        ),
        key=("clause_id",),
        transcribed=Transcribed(("article", "item", "text"), may_be_gone=False),
    ),
    Table(
        "clause_answers",
        # No look-up of the clause: the page answers for 第七条 too, which the regulation does not have.
        (_code("clause_id"), Column("article"), Column("answer", Kind.PROSE)),
        key=("clause_id",),
    ),
    Table(
        "clause_tests",
        (_CLAUSE, Column("test_type", one_of=("unit", "data")), Column("test_name")),
        key=("clause_id", "test_type", "test_name"),
    ),
    Table(
        "requirements",
        (
            _code("requirement_id"),
            _CLAUSE,
            Column("role", one_of=("department", "local")),
            Column("title"),
            Column("kind", one_of=("ratio", "count", "derived", "monitor")),
            Column("unit"),
            Column("target_source", one_of=("regulation", "annex", "prescribed", "none")),
            _code("module_key", known_in="modules.module_key", may_be_blank=True),
            Column("module_category", one_of=("general", "business"), may_be_blank=True),
            _flag("completion_only"),
            Column("effective_on", Kind.DAY),
            Column("counted_in", may_be_blank=True, may_be_absent=True),
        ),
        key=("requirement_id",),
        transcribed=Transcribed(
            (
                "clause_id",
                "role",
                "title",
                "kind",
                "unit",
                "target_source",
                "module_key",
                "module_category",
                "completion_only",
                "effective_on",
                "counted_in",
            )
        ),
    ),
    Table(
        "thresholds",
        (
            _requirement(),
            Column("year_from", Kind.YEAR),
            Column("year_to", Kind.YEAR, may_be_blank=True),
            Column("threshold", Kind.NUMBER),
            _CLAUSE,
        ),
        transcribed=Transcribed(("year_to", "threshold", "clause_id"), key=("requirement_id", "year_from")),
    ),
    Table(
        "registration_targets",
        (
            _org("target_unit_code"),
            _YEAR,
            # Four decimals of 万人 are whole persons; 10,000 万 are more than Sichuan has.
            Column("target_wan", Kind.NUMBER, positive=True, at_most=10_000),
            Column("document", may_be_blank=True, may_be_absent=True),
        ),
        key=("target_unit_code", "year"),
        transcribed=Transcribed(("target_wan",)),
    ),
    Table(
        "factor_labels",
        (
            _code("factor"),
            Column("label"),
            Column("unit"),
            _measure("measure", may_be_blank=True),
        ),
        key=("factor",),
    ),
    Table(
        "factors",
        (
            _org("target_unit_code"),
            _YEAR,
            _factor(),
            # What is not known has no row: a 0 would say that there is none, and be shared by.
            Column("value", Kind.NUMBER, positive=True),
            Column("unit"),
            Column("source"),
            Column("source_date", Kind.DAY),
        ),
        key=("target_unit_code", "year", "factor"),
    ),
    Table("comparisons", (_requirement(), _factor()), key=("requirement_id",)),
    Table(
        "factor_weights",
        (_requirement(), _factor(), Column("weight", Kind.NUMBER, positive=True, at_most=1)),
        key=("requirement_id", "factor"),
    ),
    Table(
        "prescribed_quantities",
        (
            _requirement(),
            _org("org_code", flagged="is_department", wildcard="*"),
            _YEAR,
            Column("quantity", Kind.NUMBER, at_least=1),
            Column("document", may_be_blank=True),
        ),
        key=("requirement_id", "org_code", "year"),
    ),
    Table(
        "guidance",
        (
            _org("department_code", flagged="is_department"),
            _org("local_org_code", flagged="is_local"),
            _new_day("valid_from"),
            _new_day("valid_to"),
        ),
    ),
    Table(
        "readings",
        (
            _code("reading_id"),
            _CLAUSE,
            Column("option"),
            _flag("is_active"),
            Column("rationale", Kind.PROSE, may_be_blank=True),
            Column("decided_on", Kind.DAY, may_be_blank=True),
            _new_day("valid_from"),
            _new_day("valid_to"),
        ),
        key=("reading_id", "option", "valid_from"),
        transcribed=Transcribed(("clause_id", "is_active")),
    ),
    Table(
        "waivers",
        (
            _org("org_code"),
            _requirement(),
            Column("month_from", Kind.MONTH),
            Column("month_to", Kind.MONTH),
            Column("reason", Kind.PROSE),
            Column("approved_by"),
            Column("expires_on", Kind.DAY),
        ),
        key=("org_code", "requirement_id", "month_from"),
    ),
    Table(
        "measures",
        (
            _code("measure"),
            Column("export_name", one_of=_EXPORTS),
            Column("label"),
        ),
        key=("measure",),
        transcribed=Transcribed(("export_name",), may_be_more=False),
    ),
    Table(
        "requirement_measures",
        (
            _requirement(),
            _code("reading_id", known_in="readings.reading_id", may_be_blank=True),
            Column("option", known_in="readings.option", may_be_blank=True),
            _measure("numerator_measure"),
            _measure("denominator_measure", may_be_blank=True),
            Column("period", one_of=("month", "year_to_date", "to_date")),
        ),
        key=("requirement_id", "reading_id", "option"),
        transcribed=Transcribed(("numerator_measure", "denominator_measure", "period")),
    ),
    Table(
        "requirement_sources",
        (_requirement(), _requirement("source_requirement_id")),
        key=("requirement_id", "source_requirement_id"),
        transcribed=Transcribed(()),
    ),
    Table(
        "annex_totals",
        (
            _CLAUSE,
            _org("target_unit_code", may_be_blank=True),
            Column("year", Kind.YEAR, may_be_blank=True),
            Column("total_wan", Kind.NUMBER, positive=True),
        ),
        key=("clause_id", "target_unit_code", "year"),
        transcribed=Transcribed(("total_wan",)),
    ),
    Table(
        "verdict_labels",
        (_code("code"), Column("kind", one_of=("status", "reason", "outlook", "reading")), Column("label")),
        key=("code",),
        transcribed=Transcribed((), key=("code", "kind"), may_be_gone=False),
    ),
    Table(
        "quality_labels",
        (_code("code"), Column("kind", one_of=("export", "refusal")), Column("label")),
        key=("code",),
        transcribed=Transcribed((), key=("code", "kind"), may_be_gone=False),
    ),
)
