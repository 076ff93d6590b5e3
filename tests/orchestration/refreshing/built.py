"""Stands in for dbt: ends the nodes that it is told to, and builds a file small enough to know by heart."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.common.watcher import Watcher
from orchestration.dbt_build import BuildFailed
from orchestration.home import Home
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.recorded import NotAsRecorded


@dataclass
class Node:
    """A dbt node that has ended."""

    name: str
    status: str
    failures: int = 2
    seconds: float = 0.5
    told: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


@dataclass
class Builds:
    """What is asked for, and what comes of it."""

    small: Path
    """The small build file, with the cells that its verdicts fill."""
    nodes: list[Node] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    """A statement for each build, in turn: what it has otherwise than the small file."""
    selections: list[list[str]] = field(default_factory=list)
    variables: list[Mapping[str, Any]] = field(default_factory=list)
    kept: list[list[Node]] = field(default_factory=list)
    """What was kept of each build, to be run again."""
    is_known: bool = False
    """Whether something is kept of what is to be built."""
    fault: NotAsRecorded | None = None
    """What keeps what is kept from running to its end."""
    asked: list[dict[str, object]] = field(default_factory=list)
    """What was looked for among what is kept."""

    def by_dbt(self, home: Home, selection: Sequence[str], variables: str, _: Watcher) -> Iterator[Node]:
        """Build as dbt does."""
        yield from self.on_spark(home, selection, json.loads(variables), _)

    def known(self, *_: object, **asked: object) -> list[str] | None:
        """Return what is kept, the nodes that it is run for."""
        self.asked.append(asked)
        return ["again"] if self.is_known else None

    def again(self, plan: Plan, steps: list[str], watcher: Watcher) -> Iterator[Node]:
        """Build as dbt did before."""
        nodes, self.nodes = self.nodes, [Node("test run again", "warn", told={"node": "run again"})]
        yield from self.on_spark(plan.home, steps, {}, watcher)
        self.nodes = nodes
        if self.fault:
            raise self.fault

    def on_spark(
        self, home: Home, selection: Sequence[str], variables: Mapping[str, Any], _: Watcher
    ) -> Iterator[Node]:
        """Build as the second engine does."""
        self.selections.append([*selection])
        self.variables.append(variables)
        home.build_file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.small, home.build_file)
        if self.edits:
            with duckdb.connect(home.build_file) as connection:
                connection.execute(self.edits.pop(0))
        yield from self.nodes
        if any(node.status == "fail" for node in self.nodes):
            raise BuildFailed("a test failed")
