"""Files that tell what they are, and are on the disk when that is said."""

import json
import os
import shutil
from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path


def sha256(path: Path) -> str:
    """Return the sha256 of a file, as hex; raises OSError."""
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk; raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def link_or_copy(source: Path, target: Path) -> None:
    """Make `target` a hard link to `source`, or a copy with its rights where there can be no link."""
    try:
        target.hardlink_to(source)
    except OSError:  # another device, or a file system without links
        shutil.copy(source, target)


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Replace a file at once by `content`, dates as ISO has them; the folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, indent=2, default=lambda when: when.isoformat())
    temporary = path.with_name(f".{path.name}")
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(path)
