"""`gonghui` as its users run it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from orchestration.home import CHECKOUT


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    exit_code: int
    stdout: str
    stderr: str


def gonghui(*arguments: str | Path, checkout: Path = CHECKOUT) -> Ran:
    """Run `gonghui` in a process of its own, out of `checkout`."""
    process = subprocess.run(
        [sys.executable, "-m", "orchestration.cli.main", *map(str, arguments)],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return Ran(process.returncode, process.stdout, process.stderr)
