"""What a raw cell means before any type is known: white space, full width, blanks, totals (contract §2)."""

# Exactly what str.strip() takes away; SQL is given the same set, so the two can never disagree.
WHITE_SPACE = "".join(char for char in map(chr, range(0x3001)) if char.isspace())

FULL_WIDTH = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000"
HALF_WIDTH = "".join(map(chr, range(0x21, 0x7F))) + " "

BLANKS = ("", "-", "--", "NULL", "无")
TOTALS = ("合计", "总计", "共计")

# Stands for a cell of a workbook that cannot be read: an error, or a number that has lost digits. No file can
# hold it: NUL makes a CSV unreadable, and XML has no NUL.
UNREADABLE = "\0"

_TO_HALF_WIDTH = str.maketrans(FULL_WIDTH, HALF_WIDTH)


def half_width(text: str) -> str:
    """Replace full-width ASCII and the ideographic space by their half-width twins."""
    return text.translate(_TO_HALF_WIDTH)
