"""Reference seeds to spoil, and a way to run the command as its users do."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.home import CHECKOUT, REFERENCE_SEEDS


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    exit_code: int
    stdout: str
    stderr: str


def gonghui(*arguments: str | Path, checkout: Path = CHECKOUT) -> Ran:
    """Run `gonghui` in a process of its own, out of `checkout`."""
    process = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *map(str, arguments)],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return Ran(process.returncode, process.stdout, process.stderr)


@dataclass(frozen=True)
class Seeds:
    """A copy of the reference seeds that a test may spoil."""

    folder: Path

    def path(self, name: str) -> Path:
        """The file of one seed."""
        return self.folder / f"{name}.csv"

    def lines(self, name: str) -> list[str]:
        """Its lines, the header first."""
        return self.path(name).read_text(encoding="utf-8").splitlines()

    def write(self, name: str, lines: list[str]) -> None:
        """Replace it."""
        self.path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def add(self, name: str, row: str) -> int:
        """Append a row; returns its line."""
        lines = [*self.lines(name), row]
        self.write(name, lines)
        return len(lines)

    def edit(self, name: str, old: str, new: str) -> int:
        """Replace `old` where it first stands; returns that line."""
        lines = self.lines(name)
        at = next(index for index, line in enumerate(lines) if old in line)
        lines[at] = lines[at].replace(old, new, 1)
        self.write(name, lines)
        return at + 1

    def remove(self, name: str, start: str) -> None:
        """Remove the rows that begin with `start`."""
        self.write(name, [line for line in self.lines(name) if not line.startswith(start)])


@pytest.fixture
def seeds(tmp_path: Path) -> Seeds:
    """The shipped reference seeds, copied."""
    return Seeds(Path(shutil.copytree(REFERENCE_SEEDS, tmp_path / "reference")))


def copied_checkout(folder: Path) -> Path:
    """Copy what a refresh reads into `folder`, to be spoilt; returns the copy."""
    copy = folder / "checkout"
    keep_out = shutil.ignore_patterns("__pycache__", "target", "logs")
    for room in ("orchestration", "dbt_project", "seeds", "analyses"):
        shutil.copytree(CHECKOUT / room, copy / room, ignore=keep_out)
    return copy
