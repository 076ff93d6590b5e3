"""What is asked for: thresholds by their years, and prescribed quantities."""

from collections.abc import Iterator
from decimal import Decimal

from orchestration.language import _, listing, shaped
from orchestration.reference.rules.rule import Broken, Rows, over, sound, with_requirement
from orchestration.reference.seeds import Row


@over("thresholds", "requirements")
def thresholds_are_within_their_unit(rows: Rows) -> Iterator[Broken]:
    """A share is 1 at most, a count 1 at least; where the target comes from elsewhere a row has no effect."""
    for row, requirement in with_requirement(rows, "thresholds"):
        name, kind, source = row["requirement_id"], requirement["kind"], requirement["target_source"]
        threshold = Decimal(row["threshold"])
        if source != "regulation":
            yield (
                "thresholds",
                row.line,
                _("{name} takes its target from {source!r}: remove the row").format(name=name, source=source),
            )
        elif kind in ("ratio", "derived") and threshold > 1:
            message = _(
                "threshold is {threshold!r}: {name} is a share, expected 0 to 1 (90 % is 0.9)"
            ).format(threshold=row["threshold"], name=name)
            yield "thresholds", row.line, message
        elif kind == "count" and threshold < 1:
            message = _("threshold is {threshold!r}: {name} is a count, expected 1 or more").format(
                threshold=row["threshold"], name=name
            )
            yield "thresholds", row.line, message


@over("thresholds", "requirements")
def thresholds_cover_every_year_once(rows: Rows) -> Iterator[Broken]:
    """No gap and no overlap from the year a requirement takes effect, and the last row is open-ended."""
    # A requirement with a row that is not sound is judged when that row is mended: its years would mislead.
    unsound = {row["requirement_id"] for row in rows["thresholds"] if not row.sound}
    for requirement in sound(rows, "requirements"):
        name = requirement["requirement_id"]
        if requirement["target_source"] == "regulation" and name not in unsound:
            of_it = [row for row in rows["thresholds"] if row["requirement_id"] == name]
            for line, message in _year_faults(requirement["effective_on"][:4], of_it):
                yield "thresholds", line, shaped("{name} {message}", name=name, message=message)


def _year_faults(first_year: str, rows: list[Row]) -> Iterator[tuple[int, str]]:
    if not rows:
        yield 1, _("has no row: add one from {first_year} on").format(first_year=first_year)
        return
    due = ""  # the year that the next row is to begin in; blank after a row without end
    for place, row in enumerate(sorted(rows, key=lambda row: (row["year_from"], row.line))):
        year_from, year_to = row["year_from"], row["year_to"]
        if year_to and year_to < year_from:
            yield (
                row.line,
                _("ends in {year_to}, before it begins in {year_from}").format(
                    year_to=year_to, year_from=year_from
                ),
            )
            return
        if place == 0:
            if year_from > first_year:
                yield (
                    row.line,
                    _("begins in {year_from}: expected {first_year} or earlier").format(
                        year_from=year_from, first_year=first_year
                    ),
                )
        elif not due or year_from < due:
            yield (
                row.line,
                _("overlaps an earlier row in {year_from}: end that row before").format(year_from=year_from),
            )
        elif year_from > due:
            yield (
                row.line,
                _("has a gap: no row covers {due}, the next begins in {year_from}").format(
                    due=due, year_from=year_from
                ),
            )
        due = str(int(year_to) + 1) if year_to else ""
    if due:
        yield (
            row.line,
            _("ends in {year_to}: leave year_to of its last row blank (and after)").format(year_to=year_to),
        )


@over("thresholds", "requirements")
def thresholds_stand_under_their_clause(rows: Rows) -> Iterator[Broken]:
    """A threshold is of its requirement's clause or of another paper, not of another requirement's clause."""
    answered = {requirement["clause_id"] for requirement in rows["requirements"]}
    for row, requirement in with_requirement(rows, "thresholds"):
        if row["clause_id"] != requirement["clause_id"] and row["clause_id"] in answered:
            message = _("clause_id is {found!r}: expected {clause}, the clause of {requirement}")
            found, requirement_id = row["clause_id"], row["requirement_id"]
            told = message.format(found=found, clause=requirement["clause_id"], requirement=requirement_id)
            yield "thresholds", row.line, told


@over("prescribed_quantities", "requirements")
def quantities_are_prescribed_where_asked_for(rows: Rows) -> Iterator[Broken]:
    """A quantity for a requirement that takes none would be without effect, unnoticed."""
    takers = [
        requirement["requirement_id"]
        for requirement in rows["requirements"]
        if requirement["target_source"] == "prescribed"
    ]
    for row, requirement in with_requirement(rows, "prescribed_quantities"):
        if requirement["target_source"] != "prescribed":
            message = _("{requirement} takes no prescribed quantity: expected one of {takers}").format(
                requirement=row["requirement_id"], takers=listing(takers)
            )
            yield "prescribed_quantities", row.line, message


@over("prescribed_quantities", "requirements")
def quantities_are_of_years_in_effect(rows: Rows) -> Iterator[Broken]:
    """A quantity of a year before its requirement took effect is compared with nothing."""
    for row, requirement in with_requirement(rows, "prescribed_quantities"):
        first_year = requirement["effective_on"][:4]
        if row["year"] < first_year:
            message = _(
                "year is {year!r}: {requirement} takes effect in {first_year}, this row is without effect"
            ).format(year=row["year"], requirement=row["requirement_id"], first_year=first_year)
            yield "prescribed_quantities", row.line, message


FAULTS = (
    thresholds_are_within_their_unit,
    thresholds_cover_every_year_once,
    thresholds_stand_under_their_clause,
    quantities_are_prescribed_where_asked_for,
)
WARNINGS = (quantities_are_of_years_in_effect,)
