"""A mutant put in the place of what is imported already: its function gets other code, whoever holds it."""

import ast
import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from inspect import CO_NEWLOCALS
from types import CodeType, FunctionType

from tests.mutation.python.mutants import PythonMutant, path, read, tree_of

_Name = tuple[str, str, int]
"""A function by its file, its qualified name and its first line."""


@dataclass(frozen=True)
class Swap:
    """Other code for one function, perhaps decorated more than once, and for those that it has made."""

    codes: dict[FunctionType, CodeType]

    def make(self) -> None:
        """From now on the functions are the mutant's."""
        for function, code in self.codes.items():
            function.__code__ = code


class Swaps:
    """Those that can be made of what is imported of some modules by now."""

    def __init__(self, files: Iterable[str]):
        self._before = {file: _Parts.of(file, ast.parse(read(file))) for file in files}
        self._alive: dict[_Name, list[FunctionType]] = defaultdict(list)
        paths = {str(path(file)) for file in files}
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename in paths:
                self._alive[_name(each.__code__)].append(each)

    def of(self, mutant: PythonMutant) -> Swap | None:
        """The swap that makes a mutant; None where more than the body of one living function changes."""
        before, after = self._before[mutant.file], _Parts.of(mutant.file, tree_of(mutant, read(mutant.file)))
        changed = [name for name, code in after.functions.items() if code != before.functions[name]]
        if len(changed) != 1 or before.on_import != after.on_import:
            return None
        found = [
            (function, code)
            for code in _with_inner(after.functions[changed[0]])
            for function in self._alive.get(_name(code), ())
        ]
        fits = all(function.__code__.co_freevars == code.co_freevars for function, code in found)
        is_clear = changed[0] in self._alive and len(dict(found)) == len(found)
        return Swap(dict(found)) if fits and is_clear else None


@dataclass(frozen=True)
class _Parts:
    """A module's code: what runs when it is imported, and its outermost functions."""

    on_import: list[tuple[bytes, list[object]]]
    functions: dict[_Name, CodeType]

    @classmethod
    def of(cls, file: str, tree: ast.Module) -> "_Parts":
        parts = cls([], {})
        for code in _outermost(compile(tree, str(path(file)), "exec"), parts.on_import):
            parts.functions[_name(code)] = code
        return parts


def _outermost(code: CodeType, on_import: list[tuple[bytes, list[object]]]) -> Iterator[CodeType]:
    """The functions in a module or class; notes what is there beside them."""
    inside = [each for each in code.co_consts if isinstance(each, CodeType)]
    beside = [(type(each), each) for each in code.co_consts if not isinstance(each, CodeType)]
    on_import.append((code.co_code, [*beside, code.co_names]))
    for each in inside:
        if each.co_flags & CO_NEWLOCALS:
            yield each
        else:
            yield from _outermost(each, on_import)


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    """A function, and those in it: some may be alive, made on import, and would never get its other code."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _with_inner(each)


def _name(code: CodeType) -> _Name:
    return code.co_filename, code.co_qualname, code.co_firstlineno
