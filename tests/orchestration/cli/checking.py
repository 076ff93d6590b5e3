"""An inbox is filled and checked in this process, and what is told of it read."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.cli import main as cli


def put(inbox: Path, name: str, content: str, encoding: str = "utf-8") -> None:
    """Put a text there."""
    (inbox / name).write_text(content, encoding=encoding)


def checked(capsys: pytest.CaptureFixture[str], inbox: Path, *more: str | Path) -> tuple[int, Any, str]:
    """The exit code, what --json says, and stderr."""
    code = cli.main(["check", "--inbox", str(inbox), "--json", *map(str, more)])
    told = capsys.readouterr()
    return code, json.loads(told.out), told.err
