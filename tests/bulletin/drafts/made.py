"""What the documents of these tests are called, and a way to spoil one."""

from pathlib import Path

from tests.publishing.small import RELEASE

MONTH = f"{RELEASE.as_of_month:%Y-%m}"
DOCUMENT = f"情况通报_{MONTH}.docx"


def overwrite(path: Path, text: str) -> None:
    """Change a file that is read-only, as who may write in its folder can."""
    path.unlink()
    path.write_text(text, encoding="utf-8")
