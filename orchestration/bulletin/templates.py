"""STAND-IN: the branch `bulletin` has the real one, which wins."""

from pathlib import Path

from docx import Document

from orchestration.errors import UsageFault


def check_template(path: Path) -> None:
    """Raise UsageFault where a template cannot be filled in."""
    try:
        Document(str(path))
    except Exception:
        raise UsageFault(f"{path} is no Word document") from None
