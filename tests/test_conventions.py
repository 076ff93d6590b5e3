"""Tests that could pass on nothing, on anything, or by luck: what a machine can find of them."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.dbt_runs import CHECKOUT

LOOPS = (ast.For, ast.AsyncFor)
HAS_SOMETHING = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Constant)
# Kinds of which there is one, and what a test has thrown itself.
SAY_ALL = ("KeyboardInterrupt", "type(error)", "psycopg.errors.InsufficientPrivilege")
SLEEPS = {
    # What is tested is a process that was stopped for a while.
    "tests/orchestration/cli/test_supervisor.py: test_who_waits_may_be_stopped_for_longer_than_a_look",
}

Finder = Callable[[ast.FunctionDef], Iterator[ast.AST]]


def all_of_nothing(test: ast.FunctionDef) -> Iterator[ast.AST]:
    """`assert all(…)` holds where there is nothing: `assert things and all(…)`, or compare with a list."""
    for node in ast.walk(test):
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Call) and _name(node.test) == "all":
            yield node


def asserts_in_loops_alone(test: ast.FunctionDef) -> Iterator[ast.AST]:
    """A test whose every assert stands in a loop over what may be empty: say first that it is not."""
    asserts = _asserts(test)
    loops = (node for node in ast.walk(test) if isinstance(node, LOOPS) and not _has_something(node.iter))
    in_loops = {id(found) for loop in loops for found in _asserts(loop)}
    if asserts and all(id(found) in in_loops for found in asserts):
        yield test


def any_error_will_do(test: ast.FunctionDef) -> Iterator[ast.AST]:
    """`pytest.raises` without `match`, where nobody looks at what was raised either."""
    for block in ast.walk(test):
        for item in block.items if isinstance(block, ast.With) else ():
            call = item.context_expr
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.raises":
                is_looked_at = item.optional_vars or any(keyword.arg == "match" for keyword in call.keywords)
                if not is_looked_at and ast.unparse(call.args[0]) not in SAY_ALL:
                    yield block


def waits_for_a_time(test: ast.FunctionDef) -> Iterator[ast.AST]:
    """A test that sleeps: wait for what is to happen."""
    for node in ast.walk(test):
        if isinstance(node, ast.Call) and _name(node).split(".")[-1] == "sleep":
            yield node


FINDERS = (all_of_nothing, asserts_in_loops_alone, any_error_will_do, waits_for_a_time)


def _asserts(node: ast.AST) -> list[ast.Assert]:
    return [found for found in ast.walk(node) if isinstance(found, ast.Assert)]


def _has_something(node: ast.expr) -> bool:
    """What is written out, and what a constant of the module or of the product holds."""
    if isinstance(node, ast.Call):
        return _name(node) in ("range", "enumerate", "zip") or (
            isinstance(node.func, ast.Attribute) and _has_something(node.func.value)
        )
    return isinstance(node, HAS_SOMETHING) or (isinstance(node, ast.Name) and node.id.isupper())


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func)


def found(finder: Finder, text: str) -> list[tuple[str, int]]:
    """The test and line of everything that a finder finds in a test file."""
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    tests = [test for test in functions if test.name.startswith("test_")]
    return [(test.name, node.lineno) for test in tests for node in finder(test)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("finder", FINDERS)
def test_no_test_passes_on_nothing_on_anything_or_by_luck(finder: Finder) -> None:
    offenders = [
        f"{path}:{line}: {name}"
        for path in map(str, _files())
        for name, line in found(finder, (CHECKOUT / path).read_text(encoding="utf-8"))
        if finder is not waits_for_a_time or f"{path}: {name}" not in SLEEPS
    ]
    assert not offenders, "\n".join([str(finder.__doc__), *offenders])


def _files() -> list[Path]:
    return sorted(path.relative_to(CHECKOUT) for path in (CHECKOUT / "tests").rglob("*.py"))


@pytest.mark.parametrize(
    ("finder", "body", "is_found"),
    [
        (all_of_nothing, "assert all(x for x in xs)", True),
        (all_of_nothing, "assert xs and all(x for x in xs)", False),
        (asserts_in_loops_alone, "for x in xs: assert x", True),
        (asserts_in_loops_alone, "assert xs\n for x in xs: assert x", False),
        (asserts_in_loops_alone, "for x in (1, 2): assert x", False),
        (asserts_in_loops_alone, "for x in XS.values(): assert x", False),
        (any_error_will_do, "with pytest.raises(OSError): f()", True),
        (any_error_will_do, "with pytest.raises(OSError, match='x'): f()", False),
        (any_error_will_do, "with pytest.raises(OSError) as told: f()", False),
        (waits_for_a_time, "time.sleep(1)", True),
        (waits_for_a_time, "event.wait(1)", False),
    ],
)
def test_what_is_found(finder: Finder, body: str, is_found: bool) -> None:
    assert bool(found(finder, f"def test_x():\n {body}")) == is_found


def test_a_conftest_holds_fixtures_and_nothing_that_others_import() -> None:
    importers = [
        f"{path}:{node.lineno}"
        for path in _files()
        for node in ast.walk(ast.parse((CHECKOUT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[-1] == "conftest"
    ]
    assert importers == []
