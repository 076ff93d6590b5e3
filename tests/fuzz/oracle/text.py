"""Text files: encoding, separator, quotes (contract §2, "Text")."""

import re
from dataclasses import dataclass, field

from tests.fuzz.oracle.model import IMPOSSIBLE, Refused

_BOM = "\ufeff"
SEPARATOR_LINE = re.compile(r"sep=[^\r\n]*(\r\n|\r|\n|$)")


def decode(content: bytes) -> str:
    """The text of a file, without BOMs; raise Refused."""
    readings = [("utf-8", content), ("gb18030", content)]
    for bom, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(bom):
            readings.insert(0, (encoding, content))
    for encoding, each in readings:
        try:
            text = each.decode(encoding)
            break
        except UnicodeDecodeError:
            pass
    else:
        fewest, text = min(
            (_with_impossible_bytes(each, encoding) for encoding, each in readings), key=lambda pair: pair[0]
        )
        if fewest * 1000 > len(content):
            raise Refused("unreadable")
    text = text.lstrip(_BOM)
    if not text or "\0" in text:
        raise Refused("unreadable")
    return text


def _with_impossible_bytes(content: bytes, encoding: str) -> tuple[int, str]:
    """How many bytes the encoding does not have in their place, and the text with IMPOSSIBLE for each."""
    lengths = (2, 4) if encoding.startswith("utf-16") else (1, 2, 3, 4) if encoding == "utf-8" else (1, 2, 4)
    impossible, text, at = 0, "", 0
    while at < len(content):
        for length in lengths:
            part = content[at : at + length]
            if len(part) < length:
                continue
            try:
                char = part.decode(encoding)
            except UnicodeDecodeError:
                continue
            if len(char) == 1:
                text += char
                at += length
                break
        else:
            impossible += 1
            text += IMPOSSIBLE
            at += 1
    return impossible, text


@dataclass
class Lines:
    """A text taken apart with one separator."""

    rows: list[list[str]] = field(default_factory=list)
    quoted: list[tuple[int, str]] = field(default_factory=list)
    """(line that its quote opens on, text) of each quoted cell."""
    wrong_quote: int | None = None
    """The line on which a quote opens that is never closed, or that text follows; nothing is read after."""


def take_apart(text: str, separator: str) -> Lines:
    """Rows of cells as RFC 4180 has them, one character after the other.

    The states: "start" of a cell, "bare" (inside an unquoted cell), "quoted", "closed" (after a quote
    inside a quoted cell: it closes the cell, or is the first of two that stand for one).
    """
    lines = Lines()
    row: list[str] = []
    cell, state, line, opened = "", "start", 1, 0
    at = 0

    def end_of_cell() -> None:
        if state == "closed":
            lines.quoted.append((opened, cell))
        row.append(cell)

    while at < len(text):
        char = text[at]
        at += 1
        newline = ""
        if char in "\r\n":
            newline = char
            if char == "\r" and text[at : at + 1] == "\n":
                newline = "\r\n"
                at += 1
            line += 1
        if state == "quoted":
            if char == '"':
                state = "closed"
            else:
                cell += newline or char
        elif state == "closed" and char == '"' and text[at - 2] == '"':
            cell += '"'
            state = "quoted"
        elif newline:
            end_of_cell()
            lines.rows.append(row)
            row, cell, state = [], "", "start"
        elif char == separator:
            end_of_cell()
            cell, state = "", "start"
        elif state == "closed":
            if not char.isspace():
                lines.wrong_quote = opened
                return lines
        elif state == "start" and char == '"':
            state, opened = "quoted", line
        else:
            cell += char
            state = "bare"
    if state == "quoted":
        lines.wrong_quote = opened
    elif row or cell or state != "start":
        end_of_cell()
        lines.rows.append(row)
    return lines


def swallowed(lines: Lines, header: list[str], separator: str) -> list[int]:
    """The lines on which quotes open that have swallowed a row."""
    separators = len(header) - 1
    found = []
    for opened, cell in lines.quoted:
        further = cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")[1:]
        if any(part.count(separator) >= separators for part in further):
            found.append(opened)
    return found
