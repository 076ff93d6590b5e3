"""All single mutations of a SQL tree, in a fixed order, and the SQL that each of them makes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from tests.mutation import rules_logic, rules_values
from tests.mutation.edits import DIALECT, Edit, text

# Names differ between a model and the same model in a unit test; they are neither edited nor counted.
NAMES = (exp.Identifier, exp.Table, exp.TableAlias)


@dataclass(frozen=True)
class Mutation:
    """An edit of the `node`-th node of a tree."""

    node: int
    edit: Edit


def mutations(tree: exp.Expression, neighbours: Mapping[str, str]) -> list[Mutation]:
    """Every mutation of `tree`, once; trees of the same shape have the same ones in the same order."""
    return [
        Mutation(position, found)
        for position, node in enumerate(_nodes(tree))
        for found in {edit.replacement: edit for edit in _edits(node, neighbours)}.values()
    ]


def shape(tree: exp.Expression, mutation: Mutation) -> tuple[str, ...]:
    """What a mutation does to which expression of a column or clause, names of columns and text left out."""
    node = _nodes(tree)[mutation.node]
    whole = node.find_ancestor(exp.Alias, exp.Join, exp.Where) or node
    whole = whole.this if isinstance(whole, exp.Alias) else whole
    return mutation.edit.label, *(_without_text(each) for each in (whole, node))


def _without_text(node: exp.Expression) -> str:
    return text(node.transform(lambda each: exp.null() if isinstance(each, exp.Literal) else each))


def _nodes(tree: exp.Expression) -> list[exp.Expression]:
    return [node for node in tree.dfs() if not isinstance(node, NAMES)]


def _edits(node: exp.Expression, neighbours: Mapping[str, str]) -> Iterator[Edit]:
    for rule in (*rules_logic.RULES, *rules_values.RULES):
        yield from rule(node)
    yield from rules_values.codes(node, neighbours)


def render(tree: exp.Expression, mutation: Mutation | None) -> str:
    """The SQL of `tree` with one mutation, or with none."""
    if mutation is None:
        return text(tree)
    mutant = tree.copy()
    node = _nodes(mutant)[mutation.node]
    replacement = mutation.edit.replacement
    if replacement is None:
        node.pop()
    elif node is mutant:
        mutant = replacement
    else:
        node.replace(replacement.copy())
    return mutant.sql(DIALECT, comments=False)


def place(node: exp.Expression) -> str:
    """Where in a model a node stands: its CTE, and in it the column, the join or the clause."""
    cte = node.find_ancestor(exp.CTE)
    inner = (
        node if isinstance(node, exp.Join | exp.Where) else node.find_ancestor(exp.Join, exp.Where, exp.Alias)
    )
    parts = [cte.alias if cte else "select"]
    if inner and inner.find_ancestor(exp.CTE) is cte:
        parts.append(_clause(inner))
    return ", ".join(parts)


def _clause(node: exp.Expression) -> str:
    if isinstance(node, exp.Alias):
        return node.alias
    if isinstance(node, exp.Join):
        return f"join {node.this.alias_or_name}"
    named = node.find_ancestor(exp.Alias) if isinstance(node.parent, exp.Filter) else None
    return named.alias if named else "where"
