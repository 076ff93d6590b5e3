"""The sha256 of a file, by which landing and releases tell that it is what it was."""

from hashlib import file_digest
from pathlib import Path


def sha256(path: Path) -> str:
    """Return the sha256 of a file, as hex; raises OSError."""
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
