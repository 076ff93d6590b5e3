"""Reference seeds to spoil, and a whole checkout."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.home import CHECKOUT


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


def copied_checkout(folder: Path) -> Path:
    """Copy what a refresh reads into `folder`, to be spoilt; returns the copy."""
    copy = folder / "checkout"
    keep_out = shutil.ignore_patterns("__pycache__", "target", "logs")
    for room in ("orchestration", "dbt_project", "seeds", "analyses"):
        shutil.copytree(CHECKOUT / room, copy / room, ignore=keep_out)
    return copy
