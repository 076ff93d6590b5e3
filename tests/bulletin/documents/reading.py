"""A Word document as its reader has it: paragraphs and cells with their places, as the record counts them."""

import re
from collections.abc import Iterator
from pathlib import Path

import docx
from docx.document import Document
from docx.oxml.ns import qn

MONTH = "2022-12"
"""The newest month of the sample."""

Place = tuple[object, ...]


def texts(document: Document) -> dict[Place, str]:
    """The text of each paragraph by its place; those of tables by table, row, cell and paragraph; from 1."""
    found: dict[Place, str] = {}
    paragraphs = grids = 0
    for child in document.element.body:
        if child.tag == qn("w:p"):
            paragraphs += 1
            found["paragraph", paragraphs] = _text(child)
        elif child.tag == qn("w:tbl"):
            grids += 1
            for row_number, row in enumerate(child.findall(qn("w:tr")), 1):
                for cell_number, cell in enumerate(row.findall(qn("w:tc")), 1):
                    for number, paragraph in enumerate(cell.findall(qn("w:p")), 1):
                        found["grid", grids, row_number, cell_number, number] = _text(paragraph)
    return found


def place_of(recorded: dict[str, object]) -> Place:
    """The place of a record's entry, as `texts` has it."""
    if "grid" in recorded:
        return ("grid", recorded["grid"], recorded["row"], recorded["cell"], recorded["paragraph"])
    return ("paragraph", recorded["paragraph"])


def whole(path: Path) -> str:
    """All the text of a document's body, a line for each paragraph."""
    return "\n".join(texts(docx.Document(str(path))).values())


def literals(template: Path) -> Iterator[str]:
    """What a template says itself: its text without placeholders."""
    for text in texts(docx.Document(str(template))).values():
        yield from re.split(r"\{[{%].*?[%}]\}", text)


def _text(paragraph: object) -> str:
    return "".join(element.text or "" for element in paragraph.iter(qn("w:t")))  # type: ignore[attr-defined]
