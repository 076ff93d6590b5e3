"""Cells: what a column may hold, and what nobody would expect there."""

from functools import cache

from hypothesis import strategies as st

from tests.fuzz.generate.draws import one_in, pick
from tests.fuzz.spec import Column

CANARIES = ("金丝雀甲", "金丝雀乙", "19900000001", "00000019000101001X")
"""What stands in ✗ columns: nothing that landing writes or says may hold it."""

_DATES = [
    *["2020-03-05", "2020/3/5", "2020.3.5", "20200305", "2020年3月5日", "2020-02-29", "2021-03-02"],
    *["２０２０－03－05", "2020-03-05 23:59:59", "2020-03-04 24:00", "2020-03-04T20:00:00Z", "2019-12-31"],
]
_MOMENTS = [
    *["2020-03-05 9:08", "2020-03-05T09:08:00", "2021-03-02 23:59:59", "2020/3/5 09:08:00.123", "20200305"],
    *["2020年3月5日 上午9:08", "2020.3.5 下午 3:05:00", "2020-03-05 下午12:30", "2020-03-05 上午12:30"],
    *["2020-03-05 24:00", "2020-03-05T09:08:00Z", "2020-03-05T09:08:00+08:00", "2020-03-05 23:00:00-05:30"],
    *["２０２０/３/５　９：０８", "2020-03-05"],
]
_VALID: dict[str, list[str]] = {
    "id": ["K1", "K2", "K3", "K4", "甲１", "9007199254740993", '="00123"', "'0042", "\u3000K5 "],
    "text": ["某稿", "一  二", "a\nb", 'x"y', "=1+1", "合计数", "Ａ\u200bＢ", "某，；|稿", "12.0", '="x"'],
    "org": ["A1", "510100", "Ａ1", "510100.0", " A1\t", "0816", "甲市", "成都市总工会", '="510100"', "QT01"],
    "module": ["M1", "TY01", "公文", "B01", "ＴＹ０１", "\u200bM1"],
    "integer": ["0", "7", "1,234", "12.0", "９", '="5"', "9223372036854775807"],
    "date": _DATES,
    "timestamp": _MOMENTS,
    "personal": [*CANARIES, *CANARIES, ""],
}
_BLANKS = ["", "", "", "", "-", "--", "—", "——", "/", "\\N", "NULL", "(null)", "n/a", "无", "暂无", " \u3000"]
_NO_DATE = ["9999-12-31", "1900-01-01", "0000-00-00", "9999-12-31 23:59:59", "1900-01-01 00:00:00"]

# Cells that something may read as more than text: numbers too large, dates that never were, formulas, SQL,
# paths, format strings, markup, controls, and what stands for a blank or a total.
NASTY = [
    *[
        "",
        " ",
        "-",
        "—",
        "NULL",
        "null",
        "无",
        "合计",
        "总计",
        "共计",
        "小计",
        "\u3000合计",
        "－",
        "ＮＵＬＬ",
        "Ｎ／Ａ",
    ],
    *["1e5", "5.1E+17", "1.5", "-1", "1,234,567", "١٢", "9223372036854775808", "9" * 40, "nan", "inf"],
    *["2020-02-30", "0000-01-01", "0001-01-01", "9999-12-31", "1900-01-01", "0000-00-00", "2021-03-03"],
    *["2020-13-01", "2020-3-5 24:00", "2020-03-05  09:08", "2020-03-05 25:00", "2020-03-05 24:01", "43895"],
    *["2020-03-05 09:08:00.5", "2020-03-05T09:08:00Z", "2021-03-02T16:00:00Z", "2021-03-02 24:00"],
    *["epoch", "infinity", "now", "today", "2020-03-05 9点", "2020年3月", "5/3/2020"],
    *[
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("http://127.0.0.1/")',
        "+1+1",
        "@SUM(A1)",
        "\t=1",
        '="A1"',
        '=""',
        "'",
    ],
    *["'; drop table judged; --", "') union select 1 --", "$$", "{{ 1 }}", "{0}", "%s", "\\", "\\N", "\\n"],
    *["/etc/passwd", "../../x.csv", "file:///etc/passwd", "s3://x/y", "read_csv('/etc/passwd')", "glob('*')"],
    *["<script>", "&amp;", "\u200b", "\ufeff", "\u2028", "\x01", "\x01absent\x01", "\x7f", "\x85", "\xa0"],
    *["\U0001f600", "e\u0301", "\ufffd", "x" * 5000],
    *['"', '""', 'a"b', ' "quoted"', "a,b", "a;b|c\td", "a\r\nb", "\r"],
    *[
        "QT00",
        "其他产业",
        "办公室",
        "丙市",
        "丙市",
        "13700000000",
        "省" * 31,
        "线上",
        "platform",
        "completed",
    ],
]
UNKNOWN = ["丙市", "Ｘ１", "待定", "13700000000", "省" * 31]


_ODD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


def cell(draw: st.DrawFn, column: Column) -> str:
    """A cell of a column, nearly always a valid one."""
    if column.kind == "personal":
        return pick(draw, _VALID["personal"])
    if one_in(draw, 40):
        return draw(_ODD) if one_in(draw, 8) else pick(draw, NASTY)
    return pick(draw, _valid(column))


@cache
def _valid(column: Column) -> list[str]:
    valid = [*column.values] * 3 if column.kind == "list" else _VALID[column.kind]
    if column.name == "channel":
        valid = [*valid, "窗口", "平\u200b台"]
    if column.name == "plan_year":
        valid = ["2019", "2020", "2100", "２０２１", "2000.0"]
    if not column.required:
        valid = [*valid, *_BLANKS, *_BLANKS]
        if column.kind in ("date", "timestamp"):
            valid += _NO_DATE
    return valid
