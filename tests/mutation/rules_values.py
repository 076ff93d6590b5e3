"""Edits of values: arithmetic, aggregates, sets of rows, literals."""

import re
from collections.abc import Iterator, Mapping

from sqlglot import exp

from tests.mutation.edits import Edit, edit, text

SWAPS: dict[type[exp.Expression], type[exp.Expression]] = {
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
    exp.Mul: exp.Div,
    exp.Div: exp.Mul,
    exp.IntDiv: exp.Mul,
    exp.Min: exp.Max,
    exp.Max: exp.Min,
    exp.Greatest: exp.Least,
    exp.Least: exp.Greatest,
    exp.LogicalOr: exp.LogicalAnd,
    exp.LogicalAnd: exp.LogicalOr,
    exp.Sum: exp.Count,
    exp.TryCast: exp.Cast,
}
UNITS = {"YEAR": "MONTH", "MONTH": "YEAR", "DAY": "MONTH"}
DATE = re.compile(r"\d{4}-\d\d(-\d\d)?")


def operators(node: exp.Expression) -> Iterator[Edit]:
    """An operator or function becomes its opposite: + and −, min and max, sum and count."""
    if other := SWAPS.get(type(node)):
        arguments = {key: value for key, value in node.copy().args.items() if key in other.arg_types}
        yield edit("operator", node, other(**arguments))


def wrappers(node: exp.Expression) -> Iterator[Edit]:
    """What wraps a value is dropped: ceil, unary minus, the default of a coalesce."""
    if isinstance(node, exp.Ceil | exp.Neg | exp.Coalesce):
        yield edit("wrapper dropped", node, node.this.copy())


def counts(node: exp.Expression) -> Iterator[Edit]:
    """Counting rows becomes looking whether there are any; counting values becomes counting rows."""
    if isinstance(node, exp.Count):
        one = exp.Max(this=exp.Literal.number(1))
        rows = exp.Count(this=exp.Star(), big_int=True)
        yield edit("count", node, one if isinstance(node.this, exp.Star) else rows)


def unions(node: exp.Expression) -> Iterator[Edit]:
    """A branch of a union dropped; `union` ↔ `union all`."""
    if not isinstance(node, exp.Union):
        return
    for kept, gone in ((node.this, node.expression), (node.expression, node.this)):
        if gone is node.this and isinstance(gone, exp.Union):
            continue  # its own branches are dropped one by one
        yield edit(
            "rows dropped",
            node,
            _with_ctes_of(node, kept),
            original=f"UNION {text(gone)}",
            mutated="",
            focus=gone,
        )
    other = node.copy()
    other.set("distinct", not node.args["distinct"])
    was, becomes = ("UNION", "UNION ALL") if node.args["distinct"] else ("UNION ALL", "UNION")
    yield edit("union", node, other, original=was, mutated=becomes, focus=node.expression)


def _with_ctes_of(node: exp.Union, branch: exp.Expression) -> exp.Expression:
    kept = branch.copy()
    if node.args.get("with_"):
        kept.set("with_", node.args["with_"].copy())
    return kept


def selections(node: exp.Expression) -> Iterator[Edit]:
    """`distinct` dropped; a window without its partition or its order."""
    if isinstance(node, exp.Distinct) and isinstance(node.parent, exp.Select):
        yield edit("distinct", node, None)
    elif isinstance(node, exp.Window):
        for key in ("partition_by", "order"):
            if node.args.get(key):
                narrower = node.copy()
                narrower.set(key, None)
                yield edit("window", node, narrower)


def constants(node: exp.Expression) -> Iterator[Edit]:
    """Numbers ± 1, true ↔ false, one unit of time for another."""
    if isinstance(node, exp.Boolean):
        yield edit("constant", node, exp.Boolean(this=not node.this))
    elif isinstance(node, exp.Var) and text(node).upper() in UNITS:
        other = exp.var(UNITS[text(node).upper()])
        yield edit("unit", node, other, original=text(node.parent), mutated=_unit(node, other))
    elif (
        isinstance(node, exp.Literal)
        and node.this.isdigit()
        and not isinstance(node.parent, exp.DataTypeParam)
    ):
        for value in (int(node.this) + 1, int(node.this) - 1):
            literal = exp.Literal(this=str(value), is_string=node.is_string)
            yield edit("constant", node, literal, original=text(node.parent), mutated=_within(node, literal))


def _unit(node: exp.Expression, other: exp.Expression) -> str:
    return text(node.parent).replace(text(node), text(other))


def _within(node: exp.Expression, other: exp.Expression) -> str:
    """The parent's SQL with `other` in the place of `node`."""
    parent = node.parent.copy()
    place = next(item for item in parent.walk() if item == node and item.arg_key == node.arg_key)
    place.replace(other.copy())
    return text(parent)


def codes(node: exp.Expression, neighbours: Mapping[str, str]) -> Iterator[Edit]:
    """A code becomes the next of its list, any other text another one; dates stay (a var sets them)."""
    if (
        not isinstance(node, exp.Literal)
        or not node.is_string
        or node.this.isdigit()
        or DATE.match(node.this)
    ):
        return
    other = exp.Literal.string(neighbours.get(node.this, f"not {node.this}"))
    if isinstance(node.parent, exp.In) and other in node.parent.expressions:
        return  # the same as an element dropped
    context = node.parent if isinstance(node.parent, exp.Predicate) else node
    shown = _within(node, other) if context is node.parent else text(other)
    yield edit("code", node, other, original=text(context), mutated=shown)


RULES = (operators, wrappers, counts, unions, selections, constants)
