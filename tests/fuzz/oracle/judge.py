"""What becomes of one row (contract §2, "Rows that are refused", 1 to 7)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.fuzz.oracle.cells import TOTALS, Fails, said, value_of
from tests.fuzz.oracle.codes import is_group, meaning
from tests.fuzz.oracle.header import Header
from tests.fuzz.oracle.model import IMPOSSIBLE, Cell, Reference
from tests.fuzz.spec import Spec


@dataclass(frozen=True)
class Setting:
    """What a row is judged by, beside its cells."""

    spec: Spec
    day: date
    reference: Reference
    header: Header
    is_text: bool
    """Whether the row is one of a text file, which may be longer than its header."""
    from_1904: bool


@dataclass
class Judged:
    """A data row: its values by column, or why it is refused."""

    values: dict[str, Any]
    reason: str = ""
    columns: frozenset[str | None] = frozenset()
    org_code: str | None = None
    unknown: tuple[tuple[str, str], ...] = ()
    """(column, spelling) of the cells that nobody knows."""


def is_data(setting: Setting, cells: list[Cell]) -> bool:
    """Whether a row is neither wholly blank nor a totals row."""
    columns = {setting.header.places[column.name]: column for column in setting.spec.landed}
    for place, cell in enumerate(cells):
        text = said(columns.get(place), cell)
        if text is not None:
            return text not in TOTALS
    return False


def judged(setting: Setting, cells: list[Cell]) -> Judged:
    """A data row."""
    spec, reference = setting.spec, setting.reference
    texts: dict[str, Cell] = {}
    for column in spec.landed:
        place = setting.header.places[column.name]
        texts[column.name] = said(column, cells[place]) if place < len(cells) else None

    row = Judged({})
    reasons: dict[str, set[str | None]] = {}
    for column in spec.landed:
        text = texts[column.name]
        if text is None and column.required:
            reasons.setdefault("missing_required", set()).add(column.name)
        try:
            value = value_of(column, text, setting.from_1904)
        except Fails as fails:
            reasons.setdefault(fails.args[0], set()).add(column.name)
            value = None
        if column.kind in ("org", "module", "list") and isinstance(text, str) and IMPOSSIBLE not in text:
            meant = meaning(spec, column, text, reference)
            if meant is None:
                row.unknown += ((column.name, text),)
            if meant is None or (column.kind == "org" and is_group(meant, reference)):
                reason = "bad_value" if column.kind == "list" else "unknown_code"
                reasons.setdefault(reason, set()).add(column.name)
            elif column.kind == "org":
                row.org_code = meant
            value = meant
        row.values[column.name] = value
    if setting.is_text and any(said(None, cell) is not None for cell in cells[setting.header.width :]):
        reasons.setdefault("bad_format", set()).add(None)

    for reason in ("missing_required", "bad_format", "bad_value", "unknown_code"):
        if reason in reasons:
            row.reason, row.columns = reason, frozenset(reasons[reason])
            return row
    row.reason, columns = _conflict(setting, row.values)
    row.columns = frozenset(columns)
    return row


def _conflict(setting: Setting, values: dict[str, Any]) -> tuple[str, set[str]]:
    """The reasons 5 to 7, of a row whose cells are all right."""
    moments = {name: _instant(value) for name, value in values.items() if isinstance(value, date)}
    wrong: set[str] = set()
    for earlier, later in setting.spec.order:
        if earlier in moments and later in moments and moments[later] < moments[earlier]:
            wrong |= {earlier, later}
    if wrong:
        return "date_order", wrong
    end = _instant(setting.day) + timedelta(days=1)
    future = {name for name, moment in moments.items() if moment >= end}
    if future:
        return "future_date", future
    if setting.spec.name == "workflow_items":
        if values["status"] == "completed" and values["completed_at"] is None:
            return "status_conflict", {"status", "completed_at"}
    elif setting.spec.name == "process_applications" and values["onlined_on"] and not values["approved_on"]:
        return "status_conflict", {"approved_on", "onlined_on"}
    return "", set()


def _instant(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
