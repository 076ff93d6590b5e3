"""The mutants of the Python: a known snippet gives the expected ones, and each module has its judges."""

import ast
import subprocess
import sys
from collections import Counter
from textwrap import dedent

import pytest

from tests.dbt_runs import CHECKOUT
from tests.mutation import review
from tests.mutation.python import trial
from tests.mutation.python.__main__ import LIST
from tests.mutation.python.mutants import PACKAGE, mutants, tree_of

SAMPLE = 30
SEED = 2020


def mutated(statement: str) -> list[str]:
    """A statement with each of its edits, as a reader is shown it."""
    return [mutant.mutated for mutant in mutants("x.py", statement)]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("x = a < b", ["x = a <= b", "x = a >= b"]),
        ("x = a == b", ["x = a != b", "x = a >= b", "x = a <= b"]),
        ("x = a == 'text'", ["x = a != 'text'"]),
        ("x = a in b", ["x = a not in b"]),
        ("x = a is None", ["x = a is not None"]),
        ("x = a and b", ["x = a or b", "x = b", "x = a"]),
        ("x = a + b", ["x = a - b"]),
        ("x = not a", ["x = a"]),
        ("x = 2", ["x = 3", "x = 1"]),
        ("x = True", ["x = False"]),
        ("x = 'text'", []),
        ("os.fsync(file)", ["pass"]),
        ("if a: b", ["if not a:"]),
        ("x = [y for y in z if y]", ["x = [y for y in z if not y]"]),
        ("def f() -> int | None:\n    'A docstring.'\n    return a", ["return None"]),
        ("@dataclass(frozen=True)\nclass A:\n    b: int = 0", ["b: int = 1", "b: int = -1"]),
        ("if __name__ == '__main__':\n    main(1)", []),
    ],
)
def test_a_statement(statement: str, expected: list[str]) -> None:
    assert mutated(statement) == expected


def test_a_mutant_says_where_it_is_and_is_what_it_shows() -> None:
    source = dedent("""
        class A:
            def f(self):
                if (
                    a
                    < b
                ):
                    return 1
    """)
    first, *_ = mutants("x.py", source)
    assert (first.at, first.lines, first.original, first.mutated) == (
        "A.f",
        (5, 6),
        "if a < b:",
        "if a <= b:",
    )
    changed = source.replace("<", "<=")
    assert ast.dump(tree_of(first, source)) == ast.dump(ast.parse(changed))


def test_mutants_that_read_alike_in_one_function_are_told_apart() -> None:
    keys = [mutant.key for mutant in mutants("x.py", "def f():\n    g(1)\n    g(1)")]
    assert len(keys) == 6 and [key for key, count in Counter(keys).items() if count > 1] == []


def test_a_module_that_was_changed_is_imported_changed() -> None:
    """A rule of a real module is taken away, and its tests, which pass before, notice."""
    tried = in_a_process_of_its_own(
        "-c",
        """
from tests.mutation.python import trial

[room] = [room.only(["common/as_of.py"]) for room in trial.rooms() if "common/as_of.py" in room.modules]
pool = trial.drawn([room], None, 0)["common/as_of.py"]
wrong = next(mutant for mutant in pool if mutant.mutated.startswith("return None"))
[outcome] = trial.outcomes([room], {wrong.file: [wrong]})
print("killed by", outcome.killed_by)
""",
    )
    assert tried.stdout == "killed by python\n", tried.stdout + tried.stderr


def test_a_function_that_another_made_on_import_is_changed_too() -> None:
    tried = in_a_process_of_its_own(
        "-c",
        """
from orchestration.common.settings import Settings
from tests.mutation.python.mutants import mutants
from tests.mutation.python.swap import Swaps

[wrong] = [
    mutant
    for mutant in mutants("common/settings.py")
    if (mutant.at, mutant.mutated) == ("_number.read", "return None")
]
Swaps([wrong.file]).of(wrong).make()
print(Settings.read("log_files").log_files)
""",
    )
    assert tried.stdout == "None\n", tried.stdout + tried.stderr


def test_a_child_may_take_memory_however_much_its_parent_has() -> None:
    """What is too much is measured from where a child begins: mapped, and never touched, counts too."""
    tried = in_a_process_of_its_own(
        "-c",
        """
import mmap

from tests.mutation.python import child

held = mmap.mmap(-1, child.MEMORY_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
for most in (child.MEMORY_BYTES // 2, 2 * child.MEMORY_BYTES):
    [ended] = child.done([child.Work(0, lambda: mmap.mmap(-1, most, flags=mmap.MAP_PRIVATE) is None, 9)], 1)
    print(ended.code)
""",
    )
    assert tried.stdout == "0\n70\n", tried.stdout + tried.stderr


def test_each_module_is_mutated_or_left_out_for_a_reason() -> None:
    there = {
        str(file.relative_to(CHECKOUT / PACKAGE))
        for file in (CHECKOUT / PACKAGE).rglob("*.py")
        if file.name != "__init__.py"
    }
    judged = {file for room in trial.rooms() for file in room.modules}
    assert there - judged - set(trial.left_out()) == set(), "add it to tests_of.yml"


def test_no_room_is_empty_because_another_names_its_modules_before() -> None:
    assert [room.tests for room in trial.rooms() if not room.modules] == []


def test_the_reviewed_list_names_mutants_that_there_are() -> None:
    listed = review.listed(LIST)
    there = {mutant.key for file in {key[0] for key in listed} for mutant in mutants(file)}
    assert set(listed) - there == set()


def test_a_sample_of_mutants_is_noticed() -> None:
    tried = in_a_process_of_its_own(
        "-m", "tests.mutation.python", "--quick", f"--sample={SAMPLE}", f"--seed={SEED}"
    )
    assert tried.returncode == 0 and f"{SAMPLE} mutants" in tried.stdout, tried.stdout + tried.stderr


def in_a_process_of_its_own(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Pytest runs in it, forked, which no pytest that is at work bears."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
