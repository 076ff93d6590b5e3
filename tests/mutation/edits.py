"""An edit: one node of a SQL tree replaced or removed, and how a person is shown it."""

from dataclasses import dataclass

from sqlglot import exp

DIALECT = "duckdb"


@dataclass(frozen=True)
class Edit:
    """`replacement` in the place of a node (None: nothing); `focus` is where in it a reader should look."""

    label: str
    replacement: exp.Expression | None
    original: str
    mutated: str
    focus: exp.Expression


def edit(
    label: str,
    node: exp.Expression,
    replacement: exp.Expression | None,
    *,
    original: str | None = None,
    mutated: str | None = None,
    focus: exp.Expression | None = None,
) -> Edit:
    """Make an edit of `node`, shown by both SQL texts unless others are given."""
    shown = "" if replacement is None else text(replacement)
    return Edit(
        label=label,
        replacement=replacement,
        original=text(node) if original is None else original,
        mutated=shown if mutated is None else mutated,
        focus=focus or node,
    )


def text(node: exp.Expression) -> str:
    """The SQL of a node on one line, without comments."""
    return node.sql(DIALECT, comments=False)


def grouped(node: exp.Expression, parent: exp.Expression | None) -> exp.Expression:
    """`node` in parentheses where its surroundings could bind tighter."""
    return exp.Paren(this=node) if isinstance(parent, exp.Connector | exp.Not) else node
