"""What holds from a day to a day: organizations, guidance, readings."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from orchestration.language import _, listing
from orchestration.reference.rules.rule import Broken, Rows, by, grouped, over, sound
from orchestration.reference.seeds import Row, day
from orchestration.reference.tables import READING_OPTIONS

_PERIODS = {
    "organizations": ("opened_on", "closed_on"),
    "guidance": ("valid_from", "valid_to"),
    "readings": ("valid_from", "valid_to"),
}
_ALWAYS = (date(1900, 1, 1), date(2099, 12, 31))
"""The first and the last day that a cell may hold (cells.py)."""


def _days(name: str, row: Row) -> tuple[date, date]:
    """Return the first and the last day of a row, a blank one as the end of all time."""
    first, last = (day(row[column]) if row[column] else None for column in _PERIODS[name])
    return first or _ALWAYS[0], last or _ALWAYS[1]


def _in_order(name: str, rows: Rows) -> Iterator[Broken]:
    for row in sound(rows, name):
        first, last = _days(name, row)
        if last < first:
            begins, ends = _PERIODS[name]
            message = _("{end} is {last!r}, before {begin}, {first!r}: correct one of the two").format(
                end=ends, last=row[ends], begin=begins, first=row[begins]
            )
            yield name, row.line, message


@over("organizations")
def organizations_open_before_they_close(rows: Rows) -> Iterator[Broken]:
    """An org that closes before it opens would never have a verdict."""
    yield from _in_order("organizations", rows)


@over("guidance")
def guidance_begins_before_it_ends(rows: Rows) -> Iterator[Broken]:
    """Guidance that ends before it begins would never be in force."""
    yield from _in_order("guidance", rows)


@over("readings")
def readings_begin_before_they_end(rows: Rows) -> Iterator[Broken]:
    """A reading that ends before it begins would never be in force."""
    yield from _in_order("readings", rows)


@over("guidance")
def an_org_is_guided_once(rows: Rows) -> Iterator[Broken]:
    """Two rows of one pair for one day would count the org twice."""
    for pair in grouped(sound(rows, "guidance"), "department_code", "local_org_code").values():
        for place, row in enumerate(pair):
            first, last = _days("guidance", row)
            for earlier in pair[:place]:
                begins, ends = _days("guidance", earlier)
                if first <= ends and begins <= last:
                    message = _(
                        "{department} guides {org} on the same days in line {line}: end one before the "
                        "other, or keep one"
                    )
                    department, org = row["department_code"], row["local_org_code"]
                    told = message.format(department=department, org=org, line=earlier.line)
                    yield "guidance", row.line, told
                    break


@over("readings")
def options_are_known(rows: Rows) -> Iterator[Broken]:
    """An option that no model knows would be chosen without effect; one that is gone could not be chosen."""
    settled = by("reading_id", sound(rows, "readings"))
    for row in sound(rows, "readings"):
        only = settled[row["reading_id"]]["option"]
        options = READING_OPTIONS.get(row["reading_id"], {only})
        if row["option"] not in options:
            yield (
                "readings",
                row.line,
                _("option is {option!r}: expected {expected}").format(
                    option=row["option"], expected=_one_of(options)
                ),
            )
    for reading, options in READING_OPTIONS.items():
        there = {row["option"] for row in rows["readings"] if row["reading_id"] == reading}
        for option in sorted(options - there):
            message = _(
                "{reading} has no row for option {option}: add it, with is_active true or false"
            ).format(reading=reading, option=option)
            yield "readings", 1, message


def _one_of(options: frozenset[str] | set[str]) -> str:
    if len(options) > 1:
        return _("one of {values}").format(values=listing(sorted(options)))
    return _("{option}, as the reading was settled without an alternative").format(option=min(options))


@over("readings", "requirements")
def one_option_is_in_force(rows: Rows) -> Iterator[Broken]:
    """On the last day of every month that is judged each reading has one active option."""
    effective = [day(requirement["effective_on"]) for requirement in sound(rows, "requirements")]
    for (name,), reading in grouped(sound(rows, "readings"), "reading_id").items():
        periods = [(row, *_days("readings", row)) for row in reading]
        # Nothing changes but where a row begins or has ended.
        changes = [change for _row, first, last in periods for change in (first, last + timedelta(days=1))]
        first_day = min(effective, default=_ALWAYS[0])
        month_ends = {
            _month_end(change) for change in [first_day, *changes] if first_day <= change <= _ALWAYS[1]
        }
        for last_day in sorted(month_ends):
            in_force = [
                row
                for row, first, last in periods
                if row["is_active"] == "true" and first <= last_day <= last
            ]
            if len(in_force) != 1:
                yield "readings", *_not_one(name, reading, in_force, f"{last_day:%Y-%m}")
                break


def _month_end(of: date) -> date:
    return of.replace(day=monthrange(of.year, of.month)[1])


def _not_one(name: str, reading: list[Row], in_force: list[Row], month: str) -> tuple[int, str]:
    if not in_force:
        message = _(
            "{name} has no active option at the end of {month}: set is_active of one of its rows to true, "
            "from valid_from to valid_to"
        )
        return reading[0].line, message.format(name=name, month=month)
    first, second, *_more = in_force
    message = _(
        "{name} has a second active option, {second}, beside {first} in line {line}, at the end of {month}: "
        "set all but one to false, or end one before"
    )
    options = {"first": first["option"], "second": second["option"]}
    return second.line, message.format(name=name, line=first.line, month=month, **options)


@over("guidance", "organizations")
def guided_orgs_are_open(rows: Rows) -> Iterator[Broken]:
    """After an org has closed its guidance is without effect: fewer orgs count than are listed."""
    orgs = by("org_code", sound(rows, "organizations"))
    for row in sound(rows, "guidance"):
        for org in (orgs.get(row["department_code"]), orgs.get(row["local_org_code"])):
            if org and _days("guidance", row)[1] > _days("organizations", org)[1]:
                message = _("{org} is closed on {day}, then this row is without effect: write valid_to")
                told = message.format(org=org["org_code"], day=org["closed_on"])
                yield "guidance", row.line, told


FAULTS = (
    organizations_open_before_they_close,
    guidance_begins_before_it_ends,
    readings_begin_before_they_end,
    an_org_is_guided_once,
    options_are_known,
    one_option_is_in_force,
)
WARNINGS = (guided_orgs_are_open,)
