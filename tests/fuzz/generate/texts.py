"""Text files: separators, quotes, newlines, encodings, and bytes that are wrong."""

from hypothesis import strategies as st

from tests.fuzz.generate.draws import one_in, pick, up_to
from tests.fuzz.generate.tables import Table
from tests.fuzz.oracle import File

_BYTES = st.binary(max_size=4)
_ENCODINGS = ["utf-8"] * 4 + ["utf-8-sig", "gb18030", "gb18030", "utf-16", "utf-16-be"]


@st.composite
def text_files(draw: st.DrawFn, table: Table) -> File:
    """A table as a text file."""
    separator = pick(draw, ",,,,\t\t;|")
    text = draw(_texts(table, separator))
    if one_in(draw, 10):
        text = pick(draw, ["sep=", "sep=,", "sep=;"]) + pick(draw, ["\r\n", "\n"]) + text
    if one_in(draw, 12):
        text = draw(_slips(text, separator))
    encoding = pick(draw, _ENCODINGS)
    content = text.encode(encoding, "replace")
    if encoding == "utf-16-be":
        content = b"\xfe\xff" + content
    elif encoding == "utf-8-sig" and one_in(draw, 2):
        content = b"\xef\xbb\xbf" + content
    if one_in(draw, 25):
        content = draw(mangled(content))
    elif one_in(draw, 20) and not encoding.startswith("utf-16"):
        content = draw(_impossible(content))
    return File(content)


@st.composite
def _texts(draw: st.DrawFn, table: Table, separator: str) -> str:
    """Quoted where needed or everywhere, with one kind of newline or two."""
    newlines = pick(draw, [["\n"], ["\n"], ["\r\n"], ["\r\n"], ["\r"], ["\n", "\r\n"]])
    quotes = pick(draw, ["needed"] * 12 + ["all"] * 6 + ["none"])
    after = pick(draw, [""] * 12 + [" "])
    lines = []
    for row in table:
        written = []
        for cell in row:
            special = any(char in cell for char in f'{separator}"\r\n')
            quoted = quotes == "all" or (quotes == "needed" and special)
            written.append('"' + cell.replace('"', '""') + '"' + after if quoted else cell)
        lines.append(separator.join(written) + (pick(draw, newlines) if len(newlines) > 1 else newlines[0]))
    text = "".join(lines)
    return text.rstrip("\r\n") if one_in(draw, 4) else text


@st.composite
def _slips(draw: st.DrawFn, text: str, separator: str) -> str:
    """A quote too many, or one too few, where a cell begins or ends."""
    edges = [at for at, char in enumerate(text) if char in f'{separator}\n"']
    if not edges:
        return text
    at = pick(draw, edges)
    return pick(
        draw,
        [
            text[:at] + '"' + text[at:],
            text[: at + 1] + '"' + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + separator + text[at:],
            text[: at + 1] + ' "' + text[at + 1 :],
        ],
    )


@st.composite
def mangled(draw: st.DrawFn, content: bytes) -> bytes:
    """The same bytes but for a place or two: some gone, some doubled, some other."""
    for _ in range(pick(draw, [1, 1, 2])):
        start = up_to(draw, len(content))
        end = min(len(content), start + pick(draw, [0, 1, 1, 2, 7, 40]))
        bits = [b"", b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"\xa1", b"\x81\x30", content[start:end] * 2]
        middle = draw(_BYTES) if one_in(draw, 10) else pick(draw, bits)
        content = content[:start] + middle + content[end:]
    return content


@st.composite
def _impossible(draw: st.DrawFn, content: bytes) -> bytes:
    """Bytes that no encoding has, just as many as are allowed, or one more."""
    at = up_to(draw, len(content))
    content = content[:at] + b"\xff" + content[at:]
    missing = pick(draw, [1000, 1000, 999]) - len(content)
    return content + b"\n" * missing if missing > 0 else content
