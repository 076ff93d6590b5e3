"""One verdict, told out of the published file alone (contract §1, `gonghui explain`)."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from orchestration.common.as_of import Month
from orchestration.common.sql import literal
from orchestration.errors import UsageFault
from orchestration.explaining.attribution import CHINESE
from orchestration.explaining.refusals import refusals_told
from orchestration.explaining.verdict_changes import in_order, is_share
from orchestration.language import N_, _, listing, shaped

_NOTHING = "—"
_ARTICLES = {"department": N_("Article 8"), "local": N_("Article 9")}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Choice:
    """Something that may be asked for: its code, and the names that people know it by."""

    code: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.code} {self.names[0]}"


class _Asked(NamedTuple):
    """What is said to who asks for what there is not: with what comes near, or where nothing does."""

    with_near: str
    with_none: str


_ORG = _Asked(
    N_("there is no org “{asked}”: is it {near}?"),
    N_("there is no org “{asked}”: this release has {count}, and none that comes near"),
)
_REQUIREMENT = _Asked(
    N_("there is no requirement “{asked}”: is it {near}?"),
    N_("there is no requirement “{asked}”: this release has {count}, and none that comes near"),
)


def explain(published_file: Path, org: str, requirement: str, as_of: str | None) -> str:
    """Tell why `org` has its verdict on `requirement` in the month `as_of`, None: the release's own.

    An org may be given by code or by name, a requirement by id or title. Raises UsageFault, with
    near matches for what is not known, and where nothing was published yet.
    """
    if not published_file.exists():
        raise UsageFault(
            _("nothing is published at {file}: run gonghui refresh first, or say --home").format(
                file=published_file
            )
        )
    try:
        with duckdb.connect(published_file, read_only=True) as connection:
            return "\n".join(_Explainer(connection).lines(org, requirement, as_of))
    except duckdb.Error as error:
        raise UsageFault(
            _("{file} cannot be read ({error}): run gonghui refresh once more").format(
                file=published_file, error=type(error).__name__
            )
        ) from None


class _Explainer:
    """The questions put to one published file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self._connection = connection
        self._requirements = {
            row["requirement_id"]: row for row in self._rows("select * from compliance.dim_requirements")
        }

    def lines(self, asked_org: str, asked_requirement: str, asked_month: str | None) -> Iterator[str]:
        orgs = self._rows("select org_code, org_name, short_name from indicators.dim_organizations")
        names = [_Choice(row["org_code"], (row["org_name"], row["short_name"])) for row in orgs]
        titles = [_Choice(code, (row["title"],)) for code, row in self._requirements.items()]
        org, wanted = _chosen(_ORG, asked_org, names), _chosen(_REQUIREMENT, asked_requirement, titles)
        month = self._month(asked_month)
        verdict = self._verdict(month, org, wanted)
        requirement = self._requirements[wanted.code]
        [release] = self._rows("select release_id, is_sample from quality.release")
        article = _ARTICLES[requirement["role"]]
        yield _("org: {name} ({code}), judged by {article}").format(
            name=org.names[0], code=org.code, article=_(article)
        )
        yield from self._period(org)
        yield _("requirement: {title} ({id})").format(
            title=requirement["title"], id=requirement["requirement_id"]
        )
        as_of = (
            _("as of: {month} (release {release}, sample data)")
            if release["is_sample"]
            else _("as of: {month} (release {release})")
        )
        yield as_of.format(month=month, release=release["release_id"])
        yield ""
        clause = f"{requirement['article']}{requirement['item'] or ''}"
        yield _("clause: {clause} ({id})").format(clause=clause, id=requirement["clause_id"])
        yield f"  {requirement['clause_text']}"
        yield from self._readings(requirement, month)
        yield ""
        yield from _judgement(verdict, requirement)
        yield from self._standing(verdict)
        yield from self._waiver(month, verdict)
        yield from self._guided_orgs(month, org, requirement)
        yield ""
        yield from self._evidence(requirement["exports"].split())
        yield from refusals_told(verdict, requirement)

    def _month(self, asked: str | None) -> Month:
        [known] = self._rows(
            "select min(as_of_month) as first, max(as_of_month) as last from compliance.fct_verdicts"
        )
        first, last = Month.of(known["first"]), Month.of(known["last"])
        try:
            month = Month.parse(asked) if asked else last
        except UsageFault:
            raise UsageFault(
                _("“{asked}” is no month: write it as YYYY-MM; this release has {first} to {last}").format(
                    asked=asked, first=first, last=last
                )
            ) from None
        if not first <= month <= last:
            raise UsageFault(
                _("there are no verdicts of {month}: this release has {first} to {last}").format(
                    month=month, first=first, last=last
                )
            )
        return month

    def _verdict(self, month: Month, org: _Choice, requirement: _Choice) -> Row:
        verdicts = {
            row["requirement_id"]: row
            for row in self._rows(
                f"""
                select * from compliance.fct_verdicts
                where org_code = {literal(org.code)} and as_of_month = {literal(str(month.first_day))}
                """
            )
        }
        if requirement.code not in verdicts:
            judged = sorted(verdicts, key=in_order)
            raise UsageFault(
                _("{org} is not judged on {requirement}: its requirements are {judged}").format(
                    org=org, requirement=requirement, judged=listing(judged)
                )
            )
        return verdicts[requirement.code]

    def _period(self, org: _Choice) -> Iterator[str]:
        """Tell since when, or until when, there is the org; it has no verdicts before and after."""
        [row] = self._rows(f"select * from indicators.dim_organizations where org_code = {literal(org.code)}")
        opened, closed = row.get("opened_on"), row.get("closed_on")
        if opened or closed:
            yield _("exists: {opened} to {closed}").format(
                opened=opened or _("ever"), closed=closed or _("now")
            )

    def _standing(self, verdict: Row) -> Iterator[str]:
        """Tell where a count is heading this year, and how the org ranks among its like."""
        for row in self._of_verdict("compliance.fct_outlook", verdict):
            unit = f" {row['unit']}" if row.get("unit") else ""
            message = _(
                "outlook: {outlook}, {months} months have passed, at this pace the year ends at {count}"
            )
            projected = f"{_number(row['projected'])}{unit}"
            yield message.format(outlook=row["outlook_label"], months=row["months_elapsed"], count=projected)
            if row["gap"] and row["months_left"]:
                yield _("  {months} months are left, each needs {count}").format(
                    months=row["months_left"], count=f"{_cut(row['needed_pace'])}{unit}"
                )
        for row in self._of_verdict("compliance.fct_rankings", verdict):
            told = (
                _("rank: {rank} of {orgs} of its kind, {before} the month before")
                if row["rank_before"]
                else _("rank: {rank} of {orgs} of its kind")
            )
            yield told.format(rank=row["rank"], orgs=row["ranked_orgs"], before=row["rank_before"])

    def _of_verdict(self, table: str, verdict: Row) -> list[Row]:
        """Return the rows of `table` about a verdict; none where a release is older than the table."""
        schema, name = table.split(".")
        if not self._rows(
            "select 1 from information_schema.tables "
            f"where table_schema = {literal(schema)} and table_name = {literal(name)}"
        ):
            return []
        return self._rows(
            f"""
            select * from {table}
            where
                as_of_month = {literal(str(verdict["as_of_month"]))}
                and org_code = {literal(verdict["org_code"])}
                and requirement_id = {literal(verdict["requirement_id"])}
            """
        )

    def _readings(self, requirement: Row, month: Month) -> Iterator[str]:
        """Tell the readings in force in that month: of its clause, and of those it looks through to."""
        sources = (requirement["source_requirements"] or "").split()
        clauses = {requirement["clause_id"], *(self._requirements[source]["clause_id"] for source in sources)}
        active = self._rows("select * from compliance.dim_readings where is_active order by reading_id")
        readings = [
            reading for reading in active if reading["clause_id"] in clauses and _in_force(reading, month)
        ]
        if not readings:
            yield _("reading: this clause has none of its own")
        for reading in readings:
            yield _(
                "reading: {called} ({id}: {option}), for the time being from {day}, until the leading "
                "group's office interprets it"
            ).format(
                called=reading.get("option_label") or reading["option"],
                id=reading["reading_id"],
                option=reading["option"],
                day=reading["decided_on"] or _("a day not noted"),
            )
            yield shaped("  {why}", why=reading["rationale"] or _("no reason is noted"))

    def _waiver(self, month: Month, verdict: Row) -> Iterator[str]:
        """Tell that a verdict is waived, by whom, why and for how long; the status told before stands."""
        if not verdict["is_waived"]:
            return
        [waiver] = self._rows(
            f"""
            select approved_by, reason, expires_on from compliance.dim_waivers
            where
                org_code = {literal(verdict["org_code"])}
                and requirement_id = {literal(verdict["requirement_id"])}
                and {literal(str(month.first_day))} between month_from and month_to
            """
        )
        yield _(
            "waived: yes, {reason} (approved by {approver}, until {day}); the status is told as it is, "
            "whatever is waived"
        ).format(reason=waiver["reason"], approver=waiver["approved_by"], day=waiver["expires_on"])

    def _guided_orgs(self, month: Month, department: _Choice, requirement: Row) -> Iterator[str]:
        """Tell which guided orgs keep a department from passing (第八条（五）至（八）)."""
        sources = ", ".join(map(literal, (requirement["source_requirements"] or "").split()))
        behind = self._rows(
            f"""
            select guidance.*, verdicts.*
            from indicators.bridge_guidance as guidance
            inner join compliance.fct_verdicts as verdicts on guidance.local_org_code = verdicts.org_code
            where
                guidance.department_code = {literal(department.code)}
                and verdicts.as_of_month = {literal(str(month.first_day))}
                and verdicts.requirement_id in ({sources or "null"})
                and verdicts.status in ('FAIL', 'IN_PROGRESS')
            """
        )
        behind = [row for row in behind if _in_force(row, month)]
        behind.sort(key=lambda row: (row["status"], in_order(row["requirement_id"])))
        if behind:
            yield _("guided orgs that fail, or are in progress:")
        for row in behind:
            yield _("  {org} ({id}): {status}, {gap} to go").format(
                org=row["local_org_name"],
                id=row["requirement_id"],
                status=row["status_label"],
                gap=_counted(row),
            )

    def _evidence(self, exports: Sequence[str]) -> Iterator[str]:
        landed = {row["export_name"]: row for row in self._rows("select * from quality.landed_exports")}
        yield _("evidence:")
        for export in exports:
            if row := landed.get(export):
                yield _(
                    "  {name} ({id}): snapshot of {day}, {read:,} rows read, {landed:,} landed, "
                    "{refused:,} refused"
                ).format(
                    name=CHINESE[export],
                    id=export,
                    day=row["export_date"],
                    read=row["rows_read"],
                    landed=row["rows_landed"],
                    refused=row["rows_rejected"],
                )
            else:
                yield _("  {name} ({id}): never landed").format(name=CHINESE[export], id=export)

    def _rows(self, sql: str) -> list[Row]:
        result = self._connection.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _judgement(verdict: Row, requirement: Row) -> Iterator[str]:
    numerator = _labelled(verdict["numerator"], requirement["numerator_label"])
    denominator = _labelled(verdict["denominator"], requirement["denominator_label"])
    yield _("numerator: {value}").format(value=numerator)
    yield _("denominator: {value}").format(value=denominator)
    yield _("observed: {value}").format(value=_observed(verdict))
    yield _("threshold: {value}").format(value=_threshold(verdict, requirement))
    yield _("status: {code} {label}").format(code=verdict["status"], label=verdict["status_label"])
    yield _("reason: {reason}").format(reason=verdict["reason_label"] or _NOTHING)
    yield _("gap: {gap}").format(gap=_gap(verdict))
    if verdict["status"] == "THRESHOLD_UNSET":
        yield _("final: no, until a quantity is prescribed")
    elif verdict["is_final"]:
        yield _("final: yes, it changes no more")
    else:
        yield _("final: no, data or period are not complete, it may change yet")


def _in_force(row: Row, month: Month) -> bool:
    """Whether a dated row holds on the month's last day; a blank date is no bound."""
    first = month.first_day
    last_day = date(first.year, first.month, monthrange(first.year, first.month)[1])
    return (row.get("valid_from") or last_day) <= last_day <= (row.get("valid_to") or last_day)


def _observed(verdict: Row) -> str:
    numerator, denominator = verdict["numerator"], verdict["denominator"]
    if verdict["observed"] is None:
        return _NOTHING
    if denominator is None:
        return _number(numerator)
    in_per_cent = is_share(denominator, verdict["threshold"])
    # Cut off, not rounded: 89.999% must not read as 90%.
    hundredths = numerator * (10000 if in_per_cent else 100) // denominator
    return f"{_trimmed(Decimal(hundredths) / 100)}{'%' if in_per_cent else ''}"


def _threshold(verdict: Row, requirement: Row) -> str:
    if verdict["threshold"] is None:
        return _NOTHING
    if is_share(verdict["denominator"], verdict["threshold"]):
        return f"{_trimmed(verdict['threshold'] * 100)}%"
    return f"{_trimmed(verdict['threshold'])}{_unit(verdict, requirement)}"


def _gap(verdict: Row) -> str:
    if not verdict["gap"]:
        return _number(verdict["gap"])
    return _("{gap} to go").format(gap=_counted(verdict))


def _counted(verdict: Row) -> str:
    """The gap in its own unit, heads or items; releases of version 1 do not name it."""
    return f"{_number(verdict['gap'])} {verdict.get('gap_unit') or ''}".rstrip()


def _unit(verdict: Row, requirement: Row) -> str:
    """The unit of a count; a share has none."""
    unit = requirement.get("unit")
    return f" {unit}" if unit and verdict["denominator"] is None else ""


def _trimmed(number: Decimal) -> str:
    return f"{number.normalize():,f}"


def _cut(number: float) -> str:
    return _trimmed(Decimal(str(number)).quantize(Decimal("0.01"), ROUND_UP))


def _number(number: int | None) -> str:
    return _NOTHING if number is None else f"{number:,}"


def _labelled(number: int | None, label: str | None) -> str:
    return _("{number} ({label})").format(number=_number(number), label=label) if label else _number(number)


def _chosen(what: _Asked, asked: str, choices: Iterable[_Choice]) -> _Choice:
    """The choice whose code or name is `asked`; raises UsageFault with those that come near."""
    by_name = {name: choice for choice in choices for name in (*choice.names, choice.code)}
    if asked in by_name:
        return by_name[asked]
    names = [
        *(name for name in by_name if asked and asked in name),
        *get_close_matches(asked, by_name, n=5, cutoff=0.5),
    ]
    near = list(dict.fromkeys(str(by_name[name]) for name in names))[:5]
    if near:
        raise UsageFault(_(what.with_near).format(asked=asked, near=listing(near)))
    raise UsageFault(_(what.with_none).format(asked=asked, count=len(set(by_name.values()))))
