"""Tables of the annexes as WordprocessingML: landscape pages, in the paragraph styles of the template."""

from collections.abc import Sequence
from typing import Protocol
from xml.sax.saxutils import escape

from orchestration.bulletin.standing import Teller

WIDTH = 12_757
"""Of the type area of a landscape page, 225 mm, in twentieths of a point."""
NAME_WIDTH = 1_900


class AnnexTable(Protocol):
    """What stands in an annex: a title, and a table."""

    @property
    def title(self) -> str:
        """What the list of annexes calls it."""

    def xml(self, told: Teller) -> str:
        """The table, its figures written by `told`."""


def paragraph(style: str, text: str, *, new_page: bool = False, is_bold: bool = False) -> str:
    """Return a paragraph of one run."""
    page = "<w:pageBreakBefore/>" if new_page else ""
    look = "<w:rPr><w:b/></w:rPr>" if is_bold else ""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{page}</w:pPr>'
        f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def cell(content: str, width: int) -> str:
    """Return a cell of paragraphs, `width` in twentieths of a point."""
    return _cell(content, f'<w:tcW w:w="{width}" w:type="dxa"/>')


def row(cells: Sequence[str], *, is_head: bool = False) -> str:
    """Return a row that no page cuts; a head stands again on each page."""
    head = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>"


def table(note: str, rows: Sequence[str], widths: Sequence[int]) -> str:
    """Return a table of the widths, a note above its rows that no lines enclose."""
    span = f'<w:gridSpan w:val="{len(widths)}"/>' if len(widths) > 1 else ""
    properties = f'<w:tcW w:w="{WIDTH}" w:type="dxa"/>{span}<w:tcBorders>{_NO_BORDERS}</w:tcBorders>'
    above = row([_cell(paragraph("附表单位", note), properties)], is_head=True)
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    return f"<w:tbl>{_TABLE}<w:tblGrid>{grid}</w:tblGrid>{above}{''.join(rows)}</w:tbl>"


def _cell(content: str, properties: str) -> str:
    return f'<w:tc><w:tcPr>{properties}<w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'


_NO_BORDERS = "".join(f'<w:{side} w:val="nil"/>' for side in ("top", "left", "right"))
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_MARGINS = '<w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/>'
_TABLE = (
    f'<w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
    f"<w:tblBorders>{_BORDERS}</w:tblBorders>"
    f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{_MARGINS}</w:tblCellMar></w:tblPr>'
)
