"""STAND-IN: the branch `bulletin` has the real one, which wins."""

from pathlib import Path

import duckdb
from docx import Document

from orchestration.bulletin.issue import Issue


def write(
    published: Path, into: Path, templates: Path | None = None, issue: Issue | None = None
) -> list[Path]:
    """Write the documents of a published file into the folder `into`; returns their paths."""
    with duckdb.connect(published, read_only=True) as connection:
        [(month, verdicts)] = connection.execute(
            "select (select as_of_month from quality.release), count(*) from compliance.fct_verdicts"
        ).fetchall()
    written = []
    for name in ("情况通报", "目标考核"):
        document = Document()
        document.add_paragraph(f"{verdicts} {issue or '草稿'}")
        path = into / f"{name}_{month:%Y-%m}.docx"
        document.save(str(path))
        written.append(path)
    return written
