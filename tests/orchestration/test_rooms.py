"""The rooms of orchestration/ know each other one way: each only what stands behind it."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from orchestration.home import CHECKOUT

ORCHESTRATION = CHECKOUT / "orchestration"

# From the foundations up: a room may import what stands on an earlier line, and itself.
FLOORS = (
    {"home", "language"},
    {"errors"},
    {"common", "spark"},
    {"landing", "dbt_build"},
    {"reference"},
    {"publishing"},
    {"explaining", "operating", "proposing", "superset"},
    {"bulletin"},  # which tells nothing that `explain` does not
    {"refreshing"},
    {"graph", "maintaining"},
    {"cli"},  # whose `serve` starts the graph
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def room_of(module: str) -> str:
    """The room of a module of ours, `orchestration.ROOM…`."""
    return module.split(".")[1]


def imports() -> Iterator[tuple[Path, str]]:
    """Each import of ours, wherever it stands in a file: the file in the checkout, and what is imported."""
    for file in sorted(ORCHESTRATION.rglob("*.py")):
        path = file.relative_to(CHECKOUT).with_suffix("")
        if len(path.parts) == 2 and path.name == "__init__":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                inner = [f"{node.module}.{each.name}" for each in node.names]
                modules = [each if file_of(each) else node.module for each in inner]
            else:
                continue
            yield from ((path, module) for module in modules if module.startswith("orchestration."))


def arrows() -> list[tuple[str, str, str]]:
    """Each import of ours: the file, its room, the room imported."""
    return [(str(path), path.parts[1], room_of(module)) for path, module in imports()]


def file_of(module: str) -> Path | None:
    """The file of a module or a package in the checkout, without its ending; None where there is none."""
    path = Path(*module.split("."))
    files = (each for each in (path, path / "__init__") if (CHECKOUT / each).with_suffix(".py").is_file())
    return next(files, None)


def test_every_room_has_its_floor() -> None:
    assert {room for _, room, _ in arrows()} - FLOOR.keys() == set()


def test_imports_go_one_way() -> None:
    up = [
        f"{file} imports {known}" for file, room, known in arrows()
        if known != room and not FLOOR[known] < FLOOR[room]
    ]  # fmt: skip
    assert up == []


def test_no_files_import_each_other() -> None:
    known: dict[Path, set[Path | None]] = {}
    for path, module in imports():
        known.setdefault(path, set()).add(file_of(module))
    TopologicalSorter(known).prepare()  # raises CycleError, which names them


def test_the_plan_has_paths() -> None:
    assert Path(ORCHESTRATION, "refreshing").is_dir() and len(arrows()) > 100
