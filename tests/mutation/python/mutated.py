"""A package of which one module is imported mutated, in this process or in those that it starts."""

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path
from types import CodeType

from tests.mutation.python.mutants import PACKAGE, PythonMutant, mutants, path, read, tree_of

_VARIABLE = "GONGHUI_MUTANT"
_ELSEWHERE = Path(__file__).with_name("elsewhere")


def here(mutant: PythonMutant) -> None:
    """Have this process import it so; nothing of the project is imported yet."""
    sys.meta_path.insert(0, Mutated.by(mutant))


def elsewhere(mutant: PythonMutant) -> None:
    """Have each Python that this process starts import it so, if it minds the environment."""
    os.environ |= {_VARIABLE: f"{mutant.file}:{mutant.node}:{mutant.edit}", "PYTHONPATH": str(_ELSEWHERE)}


def as_the_environment_says() -> None:
    """Do what `elsewhere` has asked of this process, if anything."""
    if asked := os.environ.get(_VARIABLE):
        file, *numbers = asked.split(":")
        node, edit = map(int, numbers)
        here(next(each for each in mutants(file) if (each.node, each.edit) == (node, edit)))


class Mutated(importlib.abc.MetaPathFinder):
    """Gives one module of the package as the mutated tree, and leaves the others to Python."""

    def __init__(self, file: str, tree: ast.Module):
        self._path = path(file)
        parts = [PACKAGE, *Path(file).with_suffix("").parts]
        self._name = ".".join(part for part in parts if part != "__init__")
        self._tree = tree

    @classmethod
    def by(cls, mutant: PythonMutant) -> "Mutated":
        return cls(mutant.file, tree_of(mutant, read(mutant.file)))

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        is_package = self._path.name == "__init__.py"
        return importlib.util.spec_from_file_location(
            name,
            self._path,
            loader=_Loader(name, str(self._path), self._tree),
            submodule_search_locations=[str(self._path.parent)] if is_package else None,
        )


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, file: str, tree: ast.Module):
        super().__init__(name, file)
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._tree, self.path, "exec")
