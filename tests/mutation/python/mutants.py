"""All mutants of a module, in a fixed order, and the tree that each of them makes."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.dbt_runs import CHECKOUT
from tests.mutation.python.edits import edits

PACKAGE = "orchestration"
NO_CODE = ("annotation", "returns", "decorator_list", "format_spec")


@dataclass(frozen=True)
class PythonMutant:
    """The `edit`-th edit of the `node`-th node of a module; `at` is its function, the texts its statement."""

    file: str
    lines: tuple[int, int]
    at: str
    original: str
    mutated: str
    node: int
    edit: int

    @property
    def line(self) -> int:
        """Where a reader should look."""
        return self.lines[0]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names it in the reviewed list, wherever its line moves."""
        return self.file, self.at, self.original, self.mutated


@dataclass(frozen=True)
class _Place:
    """A node that may be edited: the field that holds it, the statement and the function around it."""

    node: ast.AST
    parent: ast.AST
    field: str
    position: int | None
    statement: ast.AST
    function: str

    def put(self, node: ast.AST) -> None:
        """Let `node` stand here."""
        if self.position is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.position] = node

    def edits(self) -> list[ast.AST]:
        return [ast.copy_location(edit, self.node) for edit in edits(self.node, self.parent)]

    def shown(self, edit: ast.AST) -> str:
        """The statement as it is with an edit."""
        self.put(edit)
        text = _head(edit if self.statement is self.node else self.statement)
        self.put(self.node)
        return text


def mutants(file: str, source: str | None = None) -> list[PythonMutant]:
    """Every mutant of a module of the package; those that read alike in one function bear a number."""
    seen: Counter[tuple[str, str, str, str]] = Counter()
    found = []
    for number, place in enumerate(_places(ast.parse(read(file) if source is None else source))):
        original = _head(place.statement)
        for which, edit in enumerate(place.edits()):
            mutant = PythonMutant(
                file, _lines(place), place.function, original, place.shown(edit), number, which
            )
            seen[mutant.key] += 1
            again = seen[mutant.key]
            found.append(replace(mutant, at=f"{mutant.at} ({again})") if again > 1 else mutant)
    return found


def read(file: str) -> str:
    """The source of a module."""
    return path(file).read_text(encoding="utf-8")


def path(file: str) -> Path:
    """Where a module lies."""
    return CHECKOUT / PACKAGE / file


def tree_of(mutant: PythonMutant, source: str) -> ast.Module:
    """The tree of the mutated module."""
    tree = ast.parse(source)
    place = _places(tree)[mutant.node]
    place.put(place.edits()[mutant.edit])
    return ast.fix_missing_locations(tree)


def _lines(place: _Place) -> tuple[int, int]:
    """The lines of the node, the last of them too.

    Of what has none, and of a constant, those of its statement's head: Python folds constants, and then says
    that their lines never run.
    """
    node, statement = place.node, place.statement
    if hasattr(node, "lineno") and not isinstance(node, ast.Constant):
        return node.lineno, node.end_lineno or node.lineno  # type: ignore[attr-defined]
    first, last = statement.lineno, statement.end_lineno or statement.lineno  # type: ignore[attr-defined]
    body = getattr(statement, "body", None)
    return first, max(first, body[0].lineno - 1) if body else last


def _head(statement: ast.AST) -> str:
    """A statement on one line; of one that holds others, its head."""
    text = ast.unparse(ast.fix_missing_locations(statement))
    if hasattr(statement, "body"):
        text = next(line for line in text.splitlines() if not line.startswith("@"))
    return " ".join(text.split())


def _places(tree: ast.Module) -> list[_Place]:
    return list(_below(tree, None, "module"))


def _below(node: ast.AST, statement: ast.AST | None, function: str) -> Iterator[_Place]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        function = node.name if function == "module" else f"{function}.{node.name}"
    for field, value in ast.iter_fields(node):
        if field in NO_CODE:
            continue
        for position, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _never_runs(child):
                continue
            around = child if isinstance(child, ast.stmt) else statement
            if around is not None:
                at = position if isinstance(value, list) else None
                yield _Place(child, node, field, at, around, function)
            yield from _below(child, around, function)


def _never_runs(node: ast.AST) -> bool:
    """Docstrings, and what runs only where the module is the program, which under a test it never is."""
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "__name__ == '__main__'"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
