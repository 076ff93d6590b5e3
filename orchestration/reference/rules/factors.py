"""第六条: the factors that standards are weighed by, and the weights."""

from collections.abc import Iterator
from decimal import Decimal

from orchestration.language import _
from orchestration.reference.rules.rule import Broken, Rows, by, grouped, over, sound, with_requirement


@over("factors", "organizations")
def factors_are_of_units_with_a_standard(rows: Rows) -> Iterator[Broken]:
    """A factor is weighed for the unit that a standard is given to; another org's would be without effect."""
    orgs = by("org_code", sound(rows, "organizations"))
    for row in sound(rows, "factors"):
        code = row["target_unit_code"]
        if code not in orgs or orgs[code]["target_unit_code"] == code:
            continue
        shared = orgs[code]["target_unit_code"]
        message = (
            _(
                "{org} has no standard of its own: expected an org that is its own target_unit_code, "
                "here {unit}"
            )
            if shared
            else _("{org} has no standard of its own: expected an org that is its own target_unit_code")
        )
        yield "factors", row.line, message.format(org=code, unit=shared)


@over("factors", "factor_labels")
def factors_are_entered_in_one_unit(rows: Rows) -> Iterator[Broken]:
    """Shares of one factor are of numbers in one unit; what the exports count is not entered as well."""
    labels = by("factor", sound(rows, "factor_labels"))
    for row in sound(rows, "factors"):
        label = labels.get(row["factor"])
        if label is None:
            continue
        if label["measure"]:
            message = _("{factor} ({label}) is counted from the exports: delete the row")
            yield "factors", row.line, message.format(factor=row["factor"], label=label["label"])
        elif row["unit"] != label["unit"]:
            message = _(
                "unit is {unit!r}: expected {expected}, the unit of {factor} ({label}) in factor_labels.csv; "
                "convert the value"
            ).format(unit=row["unit"], expected=label["unit"], factor=row["factor"], label=label["label"])
            yield "factors", row.line, message


@over("factor_weights")
def weights_add_up_to_one(rows: Rows) -> Iterator[Broken]:
    """Weights that add up to another number would share out more, or less, than there is."""
    unsound = {row["requirement_id"] for row in rows["factor_weights"] if not row.sound}
    for (name,), weights in grouped(sound(rows, "factor_weights"), "requirement_id").items():
        total = sum(Decimal(row["weight"]) for row in weights)
        if name not in unsound and total != 1:
            message = _("the weights of {name} add up to {total}: expected 1").format(name=name, total=total)
            yield "factor_weights", weights[-1].line, message


@over("factor_weights", "requirements")
def weights_are_of_quantities_of_unions(rows: Rows) -> Iterator[Broken]:
    """第六条 weighs what is asked of unions in heads or items; a share asks the same of everybody."""
    return _no_quantities(rows, "factor_weights")


@over("comparisons", "requirements")
def comparisons_are_of_quantities_of_unions(rows: Rows) -> Iterator[Broken]:
    """So many for each 1,000 workers says something of heads or items; a share knows no size."""
    return _no_quantities(rows, "comparisons")


def _no_quantities(rows: Rows, name: str) -> Iterator[Broken]:
    for row, asked in with_requirement(rows, name):
        if asked["kind"] != "count" or asked["role"] != "local":
            message = _("{name} is no quantity asked of unions: delete the row, it is without effect")
            yield name, row.line, message.format(name=row["requirement_id"])


@over("registration_targets", "annex_totals")
def figures_beside_the_annexes_cite_a_document(rows: Rows) -> Iterator[Broken]:
    """A figure of a year that the annexes do not have rests on another paper, or is a proposal."""
    printed = {row["year"] for row in rows["annex_totals"]}
    for row in sound(rows, "registration_targets"):
        if row["year"] not in printed and not row["document"]:
            message = _(
                "document is blank for {unit}, {year}: no annex has that year, write down the paper that "
                "sets the figure"
            ).format(unit=row["target_unit_code"], year=row["year"])
            yield "registration_targets", row.line, message


FAULTS = (
    factors_are_of_units_with_a_standard,
    factors_are_entered_in_one_unit,
    weights_add_up_to_one,
)
WARNINGS = (
    weights_are_of_quantities_of_unions,
    comparisons_are_of_quantities_of_unions,
    figures_beside_the_annexes_cite_a_document,
)
