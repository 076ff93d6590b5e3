"""Edits of conditions: comparators, null tests, connectives, joins, cases."""

from collections.abc import Iterator

from sqlglot import exp

from tests.mutation.edits import Edit, edit, grouped, text

COMPARATORS: dict[type[exp.Expression], tuple[type[exp.Expression], ...]] = {
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
    exp.LT: (exp.LTE, exp.GTE),
    exp.LTE: (exp.LT, exp.GT),
    exp.GT: (exp.GTE, exp.LTE),
    exp.GTE: (exp.GT, exp.LT),
}


def comparators(node: exp.Expression) -> Iterator[Edit]:
    """`=` ↔ `<>`; an inequality over its boundary, and turned round."""
    for other in COMPARATORS.get(type(node), ()):
        yield edit("comparator", node, other(this=node.this.copy(), expression=node.expression.copy()))


def negations(node: exp.Expression) -> Iterator[Edit]:
    """`not` dropped; a null test or a plain boolean column turned round."""
    if isinstance(node, exp.Not):
        yield edit("negation", node, node.this.copy())
    elif _is_condition(node):
        yield edit("negation", node, exp.Not(this=node.copy()))


def _is_condition(node: exp.Expression) -> bool:
    """Whether a node is a condition that no comparator makes; one under a `not` loses that instead."""
    parent = node.parent
    if isinstance(node, exp.Is | exp.In):
        return not isinstance(parent, exp.Not)
    if isinstance(node, exp.Column) and isinstance(parent, exp.If):
        return node.arg_key == "this"
    return isinstance(node, exp.Column) and isinstance(parent, exp.Where | exp.Connector)


def connectives(node: exp.Expression) -> Iterator[Edit]:
    """`and` ↔ `or`; each operand dropped."""
    if not isinstance(node, exp.And | exp.Or):
        return
    kind = type(node)
    left, right = node.this, node.expression
    other = exp.Or if kind is exp.And else exp.And
    swapped = other(this=left.copy(), expression=right.copy())
    yield edit("connective", node, grouped(swapped, node.parent), mutated=text(swapped))
    yield _dropped(node, right, left)
    if not isinstance(left, kind):
        yield _dropped(node, left, right)


def _dropped(node: exp.Expression, gone: exp.Expression, kept: exp.Expression) -> Edit:
    word = "AND" if isinstance(node, exp.And) else "OR"
    return edit("operand dropped", node, kept.copy(), original=f"{word} {text(gone)}", mutated="", focus=gone)


def filters(node: exp.Expression) -> Iterator[Edit]:
    """A whole `where`, `filter` or single join condition dropped."""
    if isinstance(node, exp.Where) and not isinstance(node.parent, exp.Filter):
        yield edit("condition dropped", node, None)
    elif isinstance(node, exp.Filter):
        yield edit("condition dropped", node, node.this.copy())
    elif isinstance(node, exp.Join) and node.args.get("on") and not isinstance(node.args["on"], exp.And):
        joined = node.copy()
        joined.set("on", exp.true())
        yield edit(
            "condition dropped", node, joined, original=f"ON {text(node.args['on'])}", mutated="ON TRUE"
        )


def joins(node: exp.Expression) -> Iterator[Edit]:
    """An inner join becomes a left join and the other way round."""
    if not isinstance(node, exp.Join) or not node.args.get("on"):
        return
    joined, is_left = node.copy(), node.side == "LEFT"
    joined.set("side", None if is_left else "LEFT")
    joined.set("kind", "INNER" if is_left else None)
    name = node.this.alias_or_name
    was, becomes = ("LEFT", "INNER") if is_left else ("INNER", "LEFT")
    yield edit("join", node, joined, original=f"{was} JOIN {name}", mutated=f"{becomes} JOIN {name}")


def ranges(node: exp.Expression) -> Iterator[Edit]:
    """`between`: each bound made exclusive, each bound dropped."""
    if not isinstance(node, exp.Between):
        return
    value, low, high = (node.args[key] for key in ("this", "low", "high"))
    for lower, upper in ((exp.GT, exp.LTE), (exp.GTE, exp.LT), (None, exp.LTE), (exp.GTE, None)):
        bounds = [
            kind(this=value.copy(), expression=bound.copy())
            for kind, bound in ((lower, low), (upper, high))
            if kind
        ]
        replacement = bounds[0] if len(bounds) == 1 else exp.And(this=bounds[0], expression=bounds[1])
        yield edit("bound", node, grouped(replacement, node.parent), mutated=text(replacement))


def lists(node: exp.Expression) -> Iterator[Edit]:
    """`in (...)`: each element dropped."""
    if not isinstance(node, exp.In) or len(node.expressions) < 2:
        return
    for position, gone in enumerate(node.expressions):
        shorter = node.copy()
        shorter.set("expressions", [item.copy() for n, item in enumerate(node.expressions) if n != position])
        yield edit("element dropped", node, shorter, focus=gone)


def cases(node: exp.Expression) -> Iterator[Edit]:
    """`case`: each branch dropped, neighbours swapped, the `else` replaced."""
    if not isinstance(node, exp.Case):
        return
    branches, default = node.args["ifs"], node.args["default"]
    for position, branch in enumerate(branches):
        fewer = [item.copy() for n, item in enumerate(branches) if n != position]
        replacement = exp.Case(ifs=fewer, default=default.copy()) if fewer else default.copy()
        yield edit("branch dropped", node, replacement, original=_branch(branch), mutated="", focus=branch)
    for position in range(len(branches) - 1):
        if _exclude_each_other(branches[position].this, branches[position + 1].this):
            continue
        swapped = [item.copy() for item in branches]
        swapped[position : position + 2] = reversed(swapped[position : position + 2])
        pair = [_branch(branch) for branch in branches[position : position + 2]]
        yield edit(
            "branches swapped",
            node,
            exp.Case(ifs=swapped, default=default.copy()),
            original=" ".join(pair),
            mutated=" ".join(reversed(pair)),
            focus=branches[position],
        )
    other = branches[0].args["true"] if isinstance(default, exp.Null) else exp.null()
    yield edit(
        "else",
        node,
        exp.Case(ifs=[branch.copy() for branch in branches], default=other.copy()),
        original=f"{_branch(branches[-1])} ELSE {text(default)}",
        mutated=f"{_branch(branches[-1])} ELSE {text(other)}",
        focus=branches[-1].args["true"],
    )


def _exclude_each_other(one: exp.Expression, other: exp.Expression) -> bool:
    """Whether two conditions ask one expression for different constants: then their order says nothing."""
    first, second = _constants(one), _constants(other)
    return bool(first and second) and one.this == other.this and first.isdisjoint(second)


def _constants(condition: exp.Expression) -> set[exp.Expression]:
    if isinstance(condition, exp.In):
        found = condition.expressions
    else:
        found = [condition.expression] if isinstance(condition, exp.EQ | exp.Is) else []
    return set(found) if all(isinstance(item, exp.Literal | exp.Null) for item in found) else set()


def _branch(branch: exp.If) -> str:
    return f"WHEN {text(branch.this)} THEN {text(branch.args['true'])}"


RULES = (comparators, negations, connectives, filters, joins, ranges, lists, cases)
