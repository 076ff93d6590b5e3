"""Hypothesis strategies: valid exports, mutated cell by cell, header by header, byte by byte."""

from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

from tests.fuzz.oracle import Codes
from tests.fuzz.spec import SPECS, Column, Spec

DAY = date(2021, 3, 2)
CODES = Codes(frozenset({"A1", "510100", "SZ01"}), frozenset({"M1", "TY01"}))

_VALID: dict[str, list[str]] = {
    "id": ["K1", "K2", "K3", "K4", "甲１", "9007199254740993"],
    "text": ["某稿", "一  二", "a\nb", 'x"y', "=1+1", "合计数"],
    "org": ["A1", "510100", "Ａ1", "510100.0", " A1\t"],
    "module": ["M1", "TY01"],
    "integer": ["0", "7", "1,234", "12.0", "９", "+3", "9223372036854775807"],
    "date": ["2020-03-05", "2020/3/5", "2020.3.5", "20200305", "2020年3月5日", "2020-02-29", "2021-03-02"],
    "timestamp": [
        "2020-03-05 9:08",
        "2020-03-05T09:08:00",
        "2021-03-02 23:59:59",
        "２０２０-03-05",
        "20200305",
    ],
    "personal": ["某", "", "x,y"],
}

# Cells that something may read as more than text: numbers too large, dates that never were, formulas, SQL,
# paths, format strings, markup, controls, and what stands for a blank or a total.
NASTY = [
    *["", " ", "-", "--", "—", "NULL", "null", "无", "合计", "总计", "共计", "\u3000合计", "－", "ＮＵＬＬ"],
    *[
        "1e5",
        "5.1E+17",
        "1.5",
        "-1",
        "-0",
        "1,23",
        "1,234,567.00",
        "١٢",
        "9223372036854775808",
        "9" * 40,
        "nan",
        "inf",
    ],
    *["2020-02-30", "0000-01-01", "0001-01-01", "9999-12-31", "2021-03-03", "2020-13-01", "2020-3-5 24:00"],
    *[
        "2020-03-05 9:8",
        "2020-03-05  09:08",
        "2020-03-05 09:08:00.5",
        "2020-03-05T09:08:00Z",
        "epoch",
        "infinity",
    ],
    *["=cmd|' /C calc'!A0", '=HYPERLINK("http://127.0.0.1/")', "+1+1", "@SUM(A1)", "\t=1"],
    *["'; drop table judged; --", "') union select 1 --", "$$", "{{ 1 }}", "{0}", "%s", "\\", "\\N", "\\n"],
    *["/etc/passwd", "../../x.csv", "file:///etc/passwd", "s3://x/y", "read_csv('/etc/passwd')", "glob('*')"],
    *[
        "<script>",
        "&amp;",
        "\u200b",
        "\ufeff",
        "\u2028",
        "\x01",
        "\x01absent\x01",
        "\x7f",
        "\x85",
        "\xa0",
        "\U0001f600",
        "e\u0301",
    ],
    *['"', '""', 'a"b', ' "quoted"', "a,b", "a\r\nb", "\r", "x" * 5000],
]


@dataclass(frozen=True)
class Snapshot:
    """Files of one export and one date."""

    spec: Spec
    files: dict[str, bytes]


def cells(column: Column) -> st.SearchStrategy[str]:
    """A cell of a column, most often a valid one."""
    valid = [*column.values] if column.kind == "list" else _VALID[column.kind]
    blank = [] if column.required else [""]
    return st.integers(0, 19).flatmap(
        lambda dice: (
            st.sampled_from([*valid, *blank])
            if dice < 17
            else st.sampled_from(NASTY)
            if dice < 19
            else st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
        )
    )


@st.composite
def tables(draw: st.DrawFn, spec: Spec, most_rows: int = 12) -> list[list[str]]:
    """A header and rows under it, with the liberties that the contract allows, and some that it does not."""
    columns: list[Column | None] = [
        column for column in spec.columns if column.kind != "personal" or draw(st.booleans())
    ]
    columns += [None] * draw(st.sampled_from([0, 0, 0, 1, 2]))
    columns = draw(st.permutations(columns))
    titles = [
        column.header if column else draw(st.sampled_from(["备注", "", "序号", "\u3000"]))
        for column in columns
    ]
    if draw(st.integers(0, 9)) == 0:
        place = draw(st.integers(0, len(titles) - 1))
        titles[place] = draw(
            st.sampled_from([*NASTY, titles[0], f" {titles[place]}\u3000", titles[place] + "x"])
        )
    above = draw(st.lists(st.lists(st.sampled_from(["导出表", "", *titles]), max_size=3), max_size=2))
    above += [[""]] * draw(st.sampled_from([0] * 12 + [8, 10, 11]))
    rows = []
    for number in range(draw(st.integers(0, most_rows))):
        row = [draw(cells(column)) if column else draw(st.sampled_from(["", "x"])) for column in columns]
        for place, column in enumerate(columns):
            if column and column.kind == "id" and draw(st.integers(0, 3)):
                row[place] = f"N{number}"
        row = draw(
            st.sampled_from(
                [row] * 12 + [[*row, ""], [*row, "x"], row[:-1], ["合计", *row[1:]], [""] * len(row), []]
            )
        )
        rows.append(row)
    return [*above, titles, *rows]


@st.composite
def csv_texts(draw: st.DrawFn, table: list[list[str]]) -> str:
    """A table as CSV: quoted where needed or everywhere, with one kind of newline or several."""
    newlines = draw(
        st.sampled_from([["\n"], ["\n"], ["\r\n"], ["\r\n"], ["\r"], ["\n", "\r\n"], ["\n", "\r"]])
    )
    quotes = draw(st.sampled_from(["needed", "needed", "all", "none"]))
    lines = []
    for row in table:
        written = []
        for cell in row:
            special = any(char in cell for char in ',"\r\n')
            quoted = quotes == "all" or (quotes == "needed" and special)
            written.append('"' + cell.replace('"', '""') + '"' if quoted else cell)
        lines.append(",".join(written) + draw(st.sampled_from(newlines)))
    text = "".join(lines)
    return text.rstrip("\r\n") if draw(st.integers(0, 3)) == 0 else text


@st.composite
def mangled(draw: st.DrawFn, content: bytes) -> bytes:
    """The same bytes but for a place or two: some gone, some doubled, some other."""
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2]))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 1, 1, 2, 7, 40])))
        middle = draw(
            st.sampled_from(
                [b"", b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"\xa1", b"\x81\x30", content[start:end] * 2]
            )
            | st.binary(max_size=4)
        )
        content = content[:start] + middle + content[end:]
    return content


@st.composite
def csv_files(draw: st.DrawFn, table: list[list[str]]) -> bytes:
    """A table as the bytes of a CSV file, encoded one way or the other, perhaps mangled."""
    text = draw(csv_texts(table))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    if encoding == "utf-16" and draw(st.integers(0, 4)):
        encoding = "utf-8"
    return draw(mangled(text.encode(encoding, "replace")))


@st.composite
def csv_snapshots(draw: st.DrawFn) -> Snapshot:
    """A snapshot of one CSV file or two."""
    spec = draw(st.sampled_from([*SPECS.values()]))
    names = draw(st.sampled_from([["_1"], ["_1"], ["_1"], ["_1", "_2"]]))
    files = {f"{spec.chinese}_{DAY:%Y%m%d}{name}.csv": draw(csv_files(draw(tables(spec)))) for name in names}
    return Snapshot(spec, files)
