"""The mutants of the project's SQL: every mutation of every compiled model, traced to where it is written."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count

import sqlglot
from sqlglot import exp

from tests.mutation import mutators, sources
from tests.mutation.edits import DIALECT
from tests.mutation.mutators import Mutation
from tests.mutation.project import Node, Project
from tests.mutation.sources import Source

PROSE = {"quality__start_here", "quality__questions"}
"""Models that are descriptions, and no rule: to change a word is no fault."""


@dataclass(frozen=True)
class Site:
    """One place that a mutant changes: the `index`-th mutation of a model."""

    model: str
    index: int


@dataclass(frozen=True)
class Mutant:
    """One change of the SQL as written; in a macro it has a site wherever a model calls the macro."""

    file: str
    line: int
    at: str
    label: str
    original: str
    mutated: str
    sites: tuple[Site, ...]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """How the reviewed list names it; lines move, so they are no part of it."""
        return self.file, self.at, self.original, self.mutated


def parse(node: Node) -> exp.Expression:
    """A model's compiled SQL as a tree."""
    return sqlglot.parse_one(node.sql, dialect=DIALECT)


def enumerate_mutants(project: Project, neighbours: Mapping[str, str]) -> list[Mutant]:
    """All SQL mutants, in the order of building."""
    found: dict[tuple, list[tuple[Site, Source, Mutation]]] = defaultdict(list)
    for key, node in project.models().items():
        if node.name in PROSE:
            continue
        tree = parse(node)
        lines = _lines(tree)
        traced = sources.trace(node, project.macros)
        nth = defaultdict(count)
        for index, mutation in enumerate(mutators.mutations(tree, neighbours)):
            source = traced[lines[id(mutation.edit.focus)]]
            found[_identity(node, source, mutation, nth)].append((Site(key, index), source, mutation))
    return [_mutant(project, identity[0], sites) for identity, sites in found.items()]


def _identity(node: Node, source: Source, mutation: Mutation, nth: Mapping[object, count]) -> tuple:
    """What makes two sites one mutant: the same word of a macro or loop, the same argument of one call."""
    edit = mutation.edit
    if edit.label == "union":
        return source.file, source.line, edit.label
    if not source.is_macro:
        return node.file, source.line, next(nth[None])
    if isinstance(edit.focus, exp.Literal) and edit.focus.this not in source.text:
        return node.file, source.call, edit.original, edit.mutated
    return source.file, source.line, edit.label, next(nth[source.file, source.line, source.call, edit.label])


def _mutant(project: Project, file: str, sites: list[tuple[Site, Source, Mutation]]) -> Mutant:
    _, source, mutation = sites[0]
    in_macro = source.is_macro and file == source.file
    return Mutant(
        file=file,
        line=source.line if in_macro else source.call,
        at=_macro_name(project, source) if in_macro else mutators.place(mutation.edit.focus),
        label=mutation.edit.label,
        original=shown(mutation.edit.original),
        mutated=shown(mutation.edit.mutated),
        sites=tuple(site for site, _, _ in sites),
    )


def _macro_name(project: Project, source: Source) -> str:
    return next(
        macro.name
        for macro in project.macros.values()
        if macro.file == source.file and source.line in dict(macro.lines)
    )


def shown(sql: str) -> str:
    """`sql` with bare relation names, as in a ref."""
    return re.sub(r'"\w+"\."\w+"\."(\w+)"', r"\1", sql)


def _lines(tree: exp.Expression) -> dict[int, int]:
    """For every node the line of its first word; a node without one has that of the word before it."""
    lines: dict[int, int] = {}
    last = 1
    for node in tree.dfs():
        own = next(_word_lines(node.dfs()), last)
        lines[id(node)] = own
        last = node.meta.get("line", last)
    return lines


def _word_lines(nodes: Iterable[exp.Expression]) -> Iterable[int]:
    return (node.meta["line"] for node in nodes if "line" in node.meta)
