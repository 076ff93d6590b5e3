"""What a raw cell means before any type is known: white space, full width, blanks, totals (contract §2)."""

import re

# Exactly what str.strip() takes away; SQL is given the same set, so the two can never disagree.
WHITE_SPACE = "".join(char for char in map(chr, range(0x3001)) if char.isspace())

# Marks that take no room: joiners, marks of direction, byte order marks.
ZERO_WIDTH = "".join(
    map(chr, [0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF])
)

FULL_WIDTH = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000"
HALF_WIDTH = "".join(map(chr, range(0x21, 0x7F))) + " "

# In any case; here they stand in lower case.
BLANKS = ("", "-", "--", "—", "——", "/", "\\n", "null", "(null)", "n/a", "无", "暂无")
TOTALS = ("合计", "总计", "共计", "小计")

# Stands for a cell of a workbook that cannot be read: an error, or a number that has lost digits. No file can
# hold it: NUL makes a text unreadable, and XML has no NUL.
UNREADABLE = "\0"

# What stands for each byte that no character has, in a file that has few of them.
IMPOSSIBLE = "\ufffd"

_TO_HALF_WIDTH = str.maketrans(FULL_WIDTH, HALF_WIDTH)
_WITHOUT_ZERO_WIDTH = str.maketrans("", "", ZERO_WIDTH)
_AROUND = WHITE_SPACE + ZERO_WIDTH


def half_width(text: str) -> str:
    """Replace full-width ASCII and the ideographic space by their half-width twins."""
    return text.translate(_TO_HALF_WIDTH)


def said(text: str) -> str:
    """What a header, code or listed-value cell says: half-width, trimmed, out of ="…", without apostrophe."""
    plain = half_width(text.translate(_WITHOUT_ZERO_WIDTH)).strip(_AROUND)
    if len(plain) > 2 and plain.startswith('="') and plain.endswith('"'):
        return plain[2:-1].replace('""', '"').strip(_AROUND)
    return plain.removeprefix("'").strip(_AROUND)


def code(text: str) -> str:
    """What a code cell says: of a number its digits alone, 510100.0 is 510100."""
    return re.sub(r"^([0-9]+)\.0+$", r"\1", said(text))


def is_blank(text: str) -> bool:
    """Whether a cell that does not land is blank."""
    return text.strip(_AROUND).lower() in BLANKS
