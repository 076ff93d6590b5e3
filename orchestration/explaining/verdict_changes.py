"""Two tables of verdicts compared row by row, and what changed told, as tables or sentences."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import duckdb

from orchestration.common.sql import literal
from orchestration.common.text_table import aligned
from orchestration.language import CHINESE, N_, _, listing, sequence, speaking

EXAMPLES = 3
"""How many of the verdicts behind a line are named."""

_NUMBERS = {
    "numerator": N_("numerator"),
    "denominator": N_("denominator"),
    "observed": N_("observed"),
    "threshold": N_("threshold"),
    "gap": N_("gap"),
}
_REST = {
    "clause_id": N_("clause"),
    "reason": N_("reason"),
    "is_final": N_("final"),
    "is_waived": N_("waived"),
}
_LABELS = _NUMBERS | _REST


class Kind(Enum):
    """How a verdict changed; each verdict is counted once, under the first that fits."""

    GONE = N_("gone")
    NEW = N_("new")
    STATUS = N_("another status")
    NUMBERS = N_("the same status, other numbers")
    REST = N_("the same status and numbers, else changed")


@dataclass(frozen=True)
class Verdict:
    """What one side says: a row of `compliance.fct_verdicts` without its key."""

    status: str
    numerator: int | None
    denominator: int | None
    observed: float | None
    threshold: Decimal | None
    gap: int | None
    clause_id: str
    reason: str | None
    is_final: bool
    is_waived: bool | None
    """None where a side knows of no waivers: then the other side is not asked for them either."""


_COLUMNS = [field.name for field in fields(Verdict)]


@dataclass(frozen=True)
class Change:
    """One verdict that the two sides do not agree on; None where a side has no such row."""

    requirement_id: str
    title: str
    as_of_month: date
    org_name: str
    before: Verdict | None
    after: Verdict | None
    org_code: str = ""
    role: str = ""

    @property
    def kind(self) -> Kind:
        """How it changed."""
        if not self.before or not self.after:
            return Kind.NEW if self.after else Kind.GONE
        if self.before.status != self.after.status:
            return Kind.STATUS
        return Kind.NUMBERS if _NUMBERS.keys() & set(self.columns) else Kind.REST

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that differ, the status apart; none where a side has no row."""
        if not self.before or not self.after:
            return ()
        return tuple(name for name in _LABELS if getattr(self.before, name) != getattr(self.after, name))

    @property
    def statuses(self) -> tuple[str, str]:
        """The status before and after, blank where there was none."""
        before, after = (side.status if side else "" for side in (self.before, self.after))
        return before, after


@dataclass(frozen=True)
class Comparison:
    """All verdicts of both sides: how many there are, which changed, and what the statuses are called."""

    verdicts: int
    changes: Sequence[Change]
    labels: dict[str, str]


def compare(before: Path, after: Path, *, finals: tuple[date, date] | None = None) -> Comparison:
    """Compare the verdicts of two build files, which stay as they are.

    `finals`: of the changes only those of verdicts that were final, of months after the first day and up to
    the second.
    """
    with duckdb.connect() as connection:
        for name, path in {"before": before, "after": after}.items():
            connection.execute(f"attach {literal(str(path))} as {name}_file (read_only)")
        shared = _shared_columns(connection)
        [(verdicts,)] = connection.execute(f"select count(*) from ({_paired(shared)})").fetchall()
        rows = connection.execute(_changed(shared, finals)).fetchall()
        labels = connection.execute(
            "select code, label from after_file.compliance.dim_verdict_labels"
        ).fetchall()
    return Comparison(verdicts, [_change(row) for row in rows], dict(labels))


def _shared_columns(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The columns that both tables of verdicts have: a revision may be older than a column."""
    rows = connection.execute(
        """
        select column_name from duckdb_columns()
        where schema_name = 'compliance' and table_name = 'fct_verdicts'
        group by column_name having count(*) = 2
        """
    ).fetchall()
    return {name for (name,) in rows}


def _paired(shared: set[str]) -> str:
    def value(side: str, name: str) -> str:
        return f"{side}.{name}" if name in shared else "null"

    key = ["as_of_month", "org_code", "role", "requirement_id"]
    return f"""
        from before_file.compliance.fct_verdicts as b
        full outer join after_file.compliance.fct_verdicts as a using ({", ".join(key)})
        select
            {", ".join(key)},
            b.status is not null as is_before,
            a.status is not null as is_after,
            {", ".join(f"{value(side, name)} as {side}_{name}" for side in "ba" for name in _COLUMNS)}
    """


def _changed(shared: set[str], finals: tuple[date, date] | None) -> str:
    """The pairs that differ, in the order in which they are told."""
    if finals:
        after, until = map(literal, finals)
        asked = f"b_is_final and paired.as_of_month > {after} and paired.as_of_month <= {until}"
    else:
        asked = "true"
    differs = " or ".join(f"b_{name} is distinct from a_{name}" for name in _COLUMNS)
    sides = ", ".join(f"{side}_{name}" for side in "ba" for name in _COLUMNS)
    return f"""
        select
            paired.requirement_id,
            coalesce(ra.title, rb.title, ''),
            paired.as_of_month,
            coalesce(oa.org_name, ob.org_name, paired.org_code),
            paired.org_code,
            paired.role,
            is_before,
            is_after,
            {sides}
        from ({_paired(shared)}) as paired
        left join after_file.compliance.dim_requirements as ra on paired.requirement_id = ra.requirement_id
        left join before_file.compliance.dim_requirements as rb on paired.requirement_id = rb.requirement_id
        left join after_file.indicators.dim_organizations as oa on paired.org_code = oa.org_code
        left join before_file.indicators.dim_organizations as ob on paired.org_code = ob.org_code
        where ({differs}) and {asked}
        order by paired.as_of_month, paired.org_code, paired.role
    """


def _change(row: Sequence[Any]) -> Change:
    requirement_id, title, as_of_month, org_name, org_code, role, is_before, is_after = row[:8]
    before, after = row[8 : 8 + len(_COLUMNS)], row[8 + len(_COLUMNS) :]
    verdicts = (Verdict(*before) if is_before else None, Verdict(*after) if is_after else None)
    return Change(requirement_id, title, as_of_month, org_name, *verdicts, org_code, role)


def told(heading: str, comparison: Comparison, why: Callable[[Change], str] | None = None) -> str:
    """Tell a comparison; where nothing changed, in exactly one line. `why` tells the reason of a change."""
    changes = comparison.changes
    if not changes:
        return _("{heading}: none of {verdicts} verdicts changes").format(
            heading=heading, verdicts=comparison.verdicts
        )
    lines: list[str] = [
        _("{heading}: of {verdicts} verdicts {changes} change").format(
            heading=heading, verdicts=comparison.verdicts, changes=len(changes)
        )
    ]
    for kind in Kind:
        of_kind = [change for change in changes if change.kind is kind]
        if of_kind:
            how = _("{how} ({count})").format(how=_(kind.value), count=len(of_kind))
            lines += ["", how, *_table(of_kind, comparison.labels, why)]
    return "\n".join(lines)


def is_share(denominator: int | None, threshold: Decimal | None) -> bool:
    """Whether a verdict compares a share of 1; an average per month is compared with 50."""
    return denominator is not None and (threshold is None or threshold <= 1)


def in_order(requirement_id: str) -> str:
    """What sorts 8.10 after 8.9."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(4), requirement_id)


def sentences(comparison: Comparison, month: date) -> Iterator[str]:
    """Tell what changed in one month as sentences of a document, and of other months how many did."""
    changes = [change for change in comparison.changes if change.as_of_month == month]
    if not changes:
        yield "当月评价结论没有变动。"

    def group(change: Change) -> tuple[str, tuple[str, str]]:
        return in_order(change.requirement_id), change.statuses

    for _key, grouped in groupby(sorted(changes, key=group), key=group):
        members = list(grouped)
        first = members[0]
        before, after = (comparison.labels.get(status, status) for status in first.statuses)
        how = {
            Kind.GONE: f"不再评价，原为“{before}”",
            Kind.NEW: f"新列入评价，为“{after}”",
            Kind.STATUS: f"由“{before}”更正为“{after}”",
        }.get(first.kind, f"仍为“{after}”，数字更正")
        named = "；".join(_in_a_sentence(change) for change in members[:EXAMPLES])
        more = f"等{len(members)}家" if len(members) > EXAMPLES else ""
        yield f"{first.title}：{how}：{named}{more}。"
    if others := len(comparison.changes) - len(changes):
        yield f"以前各月的评价结论另有{others}条变动。"


def _table(
    changes: Sequence[Change], labels: dict[str, str], why: Callable[[Change], str] | None
) -> Iterator[str]:
    """A line per requirement, statuses, columns that changed and reason, and below it the first verdicts."""

    def group(change: Change) -> tuple[str, tuple[str, str], tuple[str, ...], str]:
        reason = why(change) if why else ""
        return in_order(change.requirement_id), change.statuses, _columns_told(change), reason

    grouped = [(key[-1], list(members)) for key, members in groupby(sorted(changes, key=group), key=group)]
    columns = _("columns") if any(map(_columns_told, changes)) else ""
    cells = [
        (
            _("requirement"),
            _("title"),
            _("before"),
            _("after"),
            _("count"),
            columns,
            _("because of") if why else "",
        ),
        *((*_cells(members, labels), reason) for reason, members in grouped),
    ]
    header, *lines = aligned(cells)
    yield header
    for line, (_reason, members) in zip(lines, grouped, strict=True):
        yield line
        yield from (f"    {_example(change)}" for change in islice(members, EXAMPLES))
        if len(members) > EXAMPLES:
            yield _("    … {rest} more").format(rest=len(members) - EXAMPLES)


def _columns_told(change: Change) -> tuple[str, ...]:
    """The columns that a line counts by: beside a new status they would only part what belongs together."""
    return () if change.kind is Kind.STATUS else change.columns


def _cells(members: Sequence[Change], labels: dict[str, str]) -> tuple[str, ...]:
    first = members[0]
    before, after = (f"{status} {labels.get(status, '')}".strip() or "—" for status in first.statuses)
    columns = listing(_(_LABELS[name]) for name in _columns_told(first))
    return first.requirement_id, first.title, before, after, str(len(members)), columns


def _example(change: Change) -> str:
    values = sequence(f"{label} {before} → {after}" for label, before, after in _values(change))
    verdict = f"{change.org_name} {change.as_of_month:%Y-%m}"
    return _("{verdict} ({values})").format(verdict=verdict, values=values) if values else verdict


def _in_a_sentence(change: Change) -> str:
    """What an example says, for those who read a document about one month: shares in per cent."""
    with speaking(CHINESE):
        return _in_chinese(change)


def _in_chinese(change: Change) -> str:
    sides = [side for side in (change.before, change.after) if side]
    in_per_cent = all(is_share(side.denominator, side.threshold) for side in sides)
    values = "，".join(
        f"{label}由{before}更正为{after}" for label, before, after in _values(change, in_per_cent=in_per_cent)
    )
    return f"{change.org_name}{f'（{values}）' if values else ''}"


def _values(change: Change, *, in_per_cent: bool = False) -> Iterator[tuple[str, str, str]]:
    """Each column that changed: what it is called, its values; `in_per_cent`: the threshold, too."""
    for name in change.columns:
        if name == "observed":  # the numerator and the denominator say it exactly
            continue
        both = getattr(change.before, name), getattr(change.after, name)
        if name == "threshold" and in_per_cent:
            before, after = (_value(None) if value is None else f"{_value(100 * value)}%" for value in both)
        else:
            before, after = map(_value, both)
        yield _(_LABELS[name]), before, after


def _value(value: object) -> str:
    match value:
        case None:
            return "—"
        case bool():
            return _("yes") if value else _("no")
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return str(value)
