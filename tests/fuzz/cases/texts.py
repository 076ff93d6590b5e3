"""Text files: encodings, separators, quotes, headers, rows."""

from tests.fuzz.cases.model import Case, one
from tests.fuzz.oracle import File

NAME = "新增会员_20210302.csv"
HEAD = "会员ID,所属机构编码,入会日期,办理方式"
ROW = "K1,A1,2020-03-05,平台"
OTHER = "K2,A1,2020-03-05,平台"


def _lands(sentence: str, text: str | bytes, count: int, *refused: tuple[int, str]) -> Case:
    return Case(
        sentence, {NAME: File(text if isinstance(text, bytes) else text.encode())}, one(count, *refused)
    )


def _refused(sentence: str, reason: str, text: str | bytes) -> Case:
    content = text if isinstance(text, bytes) else text.encode()
    return Case(sentence, {NAME: File(content)}, faults=((reason, NAME),))


def _of_length(length: int, impossible: int, where: str = "") -> bytes:
    """A file of so many bytes, so many of them impossible: in an extra column, or in the title of rows."""
    line = f"{HEAD},备注\n{ROW},".encode() if not where else f"{HEAD},备注\nK1,A1,{where}".encode()
    content = line + b"\xff" * impossible + (b"" if not where else "2020-03-05,平台,".encode())
    return content + b"x" * (length - len(content))


_PLAIN = f"{HEAD}\n{ROW}\n"
_GB = _PLAIN.encode("gb18030")
_HUNDRED = "，".join("第一二三四五六七八九十" for _ in range(100))

ENCODINGS = [
    _lands("UTF-8", _PLAIN, 1),
    _lands("UTF-8 with a BOM", _PLAIN.encode("utf-8-sig"), 1),
    _lands("UTF-8 with BOMs", b"\xef\xbb\xbf" * 2 + _PLAIN.encode(), 1),
    _lands("UTF-16 with BOM", _PLAIN.encode("utf-16"), 1),
    _lands("UTF-16 big-endian with BOM", b"\xfe\xff" + _PLAIN.encode("utf-16-be"), 1),
    _lands("GB18030", _GB, 1),
    _lands("GB18030 of four bytes", f"{HEAD}\n{ROW}\n䶮㐂,A1,2020-03-05,平台".encode("gb18030"), 2),
    _refused("UTF-16 without BOM has NUL characters", "unreadable", _PLAIN.encode("utf-16-le")),
    _refused("0 bytes", "unreadable", b""),
    _refused("a BOM alone", "unreadable", b"\xef\xbb\xbf"),
    _refused("a BOM alone", "unreadable", b"\xff\xfe"),
    _refused("NUL characters", "unreadable", f"{HEAD}\n{ROW}\0\n"),
    _lands("at most 1 in 1,000: 1 of 1,000", _of_length(1000, 1), 1),
    _refused("more than 1 in 1,000: 1 of 999", "unreadable", _of_length(999, 1)),
    _refused("more than 1 in 1,000: 2 of 1,999", "unreadable", _of_length(1999, 2)),
    _lands("at most 1 in 1,000: 2 of 2,000", _of_length(2000, 2), 1),
    _lands(
        "a row with one in a landed cell is bad_format", _of_length(1000, 1, "2020"), 0, (1, "bad_format")
    ),
    _lands(
        "the encoding with fewest impossible bytes: GB18030",
        f"{HEAD},备注\n{ROW},{_HUNDRED}\n".encode("gb18030")
        + "K2,A1,2020-03-05,平".encode("gb18030")
        + b"\xff\n",
        1,
        (2, "bad_format"),
    ),
    _lands(
        "the encoding with fewest impossible bytes: UTF-8",
        f"{HEAD},备注\n{ROW},{_HUNDRED}\n".encode() + b"K\xff2,A1,2020-03-05," + "平台\n".encode(),
        1,
        (2, "bad_format"),
    ),
    _lands(
        "U+FFFD that stands in a valid file is text like any other", f"{HEAD}\nK\ufffd,A1,2020-03-05,平台", 1
    ),
]


def _with(separator: str) -> str:
    return _PLAIN.replace(",", separator)


SEPARATORS = [
    *(_lands(f"separator: {separator!r}", _with(separator), 1) for separator in "\t;|"),
    _lands("a first line sep=… is passed over", f"sep=;\r\n{_with(';')}", 1),
    _lands("a first line sep=… is passed over, whatever it says", f"sep=;\n{_PLAIN}", 1),
    _lands("a sep= line is not one of the ten rows above a header", "sep=,\n" + "题\n" * 10 + _PLAIN, 1),
    _refused("… and eleven are too many", "missing_columns", "sep=,\n" + "题\n" * 11 + _PLAIN),
    _lands("the first of these that finds a header", "a,b;c\n" + _with(";"), 1),
    _lands(
        "commas in the cells of another separator",
        f"{HEAD},标题\n{ROW},x\n".replace(",", "\t").replace("x", "a,b,c,d,e"),
        1,
    ),
    *(_lands(f"lines end in {newline!r}", _PLAIN.replace("\n", newline), 1) for newline in ("\r\n", "\r")),
    _lands("no newline at the end", _PLAIN.rstrip(), 1),
    _refused("another separator", "missing_columns", _with(":")),
]

QUOTES = [
    _lands("quoted as in RFC 4180", _PLAIN.replace("K1", '"K,""1"""').replace("A1", '"A1"'), 1),
    _lands("a quote inside an unquoted field is text", _PLAIN.replace("K1", 'K"1'), 1),
    _lands("a line break in a quoted cell", f'{HEAD},备注\n{ROW},"a\nb,c\nd"\n{OTHER},\n', 2),
    _lands("blanks after a closing quote are no text", _PLAIN.replace("K1", '"K1"  '), 1),
    _refused("a quote that is never closed", "unreadable", f'{HEAD}\n"K1,A1,2020-03-05,平台\n{OTHER}\n'),
    _refused("a quote that is never closed, in the last cell", "unreadable", f'{HEAD},备注\n{ROW},"x'),
    _refused("text after a closing quote", "unreadable", _PLAIN.replace("K1", '"K"1')),
    _refused("a quote after a closing quote and a blank", "unreadable", _PLAIN.replace("K1", '"K" "1"')),
    _refused(
        "a quoted cell one of whose further lines has as many separators as the header",
        "unreadable",
        f'{HEAD}\n"K1,A1,2020-03-05,平台\n{OTHER}\nK3",A1,2020-03-05,平台\n',
    ),
    _refused("… at least", "unreadable", f'{HEAD},备注\n{ROW},"x\na,b,c,d,e,f\n"\n'),
    _lands("… fewer are a cell of several lines", f'{HEAD},备注\n{ROW},"x,,,,,,,\na,b,c,d\ny"\n', 1),
    _refused("quotes before columns", "unreadable", '"K1\n'),
    _lands('="…" is what it quotes', _PLAIN.replace("K1", '="K1"').replace("A1", '"=""A1"""'), 1),
]

ROWS = [
    _lands(
        "cells missing at a row's end are blank", f"{HEAD},备注\n{ROW}\nK2,A1\n", 1, (2, "missing_required")
    ),
    _lands(
        "a row with more cells than the header that are not blank",
        f"{HEAD}\n{ROW},,x\n{OTHER},, ,-\n",
        1,
        (1, "bad_format"),
    ),
    _lands("missing_required comes first", f"{HEAD}\n,A1,2020-03-05,平台,x\n", 0, (1, "missing_required")),
    _lands(
        "wholly blank rows are no data rows, but counted",
        f"{HEAD}\n\n{ROW}\n,-, ,无\n \nK2,X,2020-03-05,平台\n",
        1,
        (5, "unknown_code"),
    ),
    *(
        _lands(
            f"a row whose first non-blank cell is {total}",
            f"{HEAD}\n{total},,,\n,-,\u3000{total}\u200b,9\n{ROW}\n",
            1,
        )
        for total in ("合计", "总计", "共计", "小计")
    ),
    _lands(
        "a total that is not its first is a data row",
        f"{HEAD}\nK1,合计,2020-03-05,平台\n",
        0,
        (1, "unknown_code"),
    ),
    _lands("a row with a ✗ cell alone is a data row", f"{HEAD},姓名\n,,,,某\n", 0, (1, "missing_required")),
    _lands(
        "a row with a cell of no column alone is a data row",
        f"{HEAD},备注\n,,,,x\n",
        0,
        (1, "missing_required"),
    ),
    _lands("a header without rows", HEAD, 0),
]


def _head(sentence: str, head: str, lands: bool = True) -> Case:
    if lands:
        return _lands(sentence, f"{head}\n{ROW}\n", 1)
    return _refused(sentence, "missing_columns", f"{head}\n{ROW}\n")


HEADERS = [
    _head("half-width, whatever the case", "会员ｉｄ,所属机构编码,入会日期,办理方式"),
    _head(
        "without white space, zero-width characters and *",
        '* 会员\u200bID,所属 机构\u3000编码*,"入会\n日期",\ufeff办理方式 ',
    ),
    _head(
        "a remark in brackets at the end",
        "会员ID(必填),所属机构编码（必填）,*入会 日期（年月日）,办理方式（平台、线下）",
    ),
    _refused("no remark at the beginning", "missing_columns", f"（必填）{_PLAIN}"),
    _head("= and apostrophe", '="会员ID",\'所属机构编码,入会日期,办理方式'),
    _head("a remark in the middle", "会员（新）ID,所属机构编码,入会日期,办理方式", False),
    _head("spellings.csv adds other headers", "会员ID,单位代码,加入日期,办理方式"),
    _head("… half-width and without remarks as well", "会员ID,单位代码*,加入 日期（年月日）,办理方式"),
    _head("… of the export they are for", "会员ID,单位代码,办理状态,办理方式", False),
    _head("a column that is absent", "会员ID,所属机构编码,入会日期", False),
    _head("a column that stands twice", f"{HEAD},入会日期", False),
    _head(
        "a column that stands twice, none of them exact",
        "会员ID,所属机构编码,入会日期*,办理方式,入会日期（旧）",
        False,
    ),
    _head("where several fit one column, the exact one counts", f"{HEAD},入会日期（旧）"),
    _lands("… and only it is read", f"入会日期（旧）,{HEAD}\n昨天,{ROW}\n", 1),
    _lands(
        "extra columns, in any order",
        "办理方式,备注,入会日期,,会员ID,所属机构编码\n平台,x,2020-03-05,y,K1,A1\n",
        1,
    ),
    _lands("up to 10 rows may stand above it", "题\n" * 10 + _PLAIN, 1),
    _lands("… blank ones too", "\n" * 10 + _PLAIN, 1),
    _refused("… and no 11", "missing_columns", "\n" * 11 + _PLAIN),
    _lands("it is the first row that has every column", f"会员ID,所属机构编码,入会日期\n{_PLAIN}", 1),
    _lands("… a second one is a data row", f"{HEAD}\n{HEAD}\n{ROW}\n", 1, (1, "bad_format")),
]

TEXTS = [*ENCODINGS, *SEPARATORS, *QUOTES, *ROWS, *HEADERS]
