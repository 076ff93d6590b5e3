"""The quick reading of plain rows and the general one must never disagree."""

import random
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.landing import bench
from orchestration.landing.bench import SNAPSHOT, clear, judge, open_bench
from orchestration.landing.checks import CellTable, judged_rows
from orchestration.landing.exports import Column, Export
from orchestration.landing.inbox import InboxFile
from orchestration.landing.plain import UNREAD, plain_rows
from tests.landing.office import CODES, EXPORTS

ROWS = 4000
EXPORT_DAY = date(2021, 3, 1)
BEYOND = 2  # cells that no header stands above


# What a cast alone would take though no plain cell is spelled so, blanks and totals, and other oddities.
ODD = (
    *(
        None,
        "",
        "-",
        "--",
        "NULL",
        "null",
        "无",
        "－",
        "合计",
        "总计",
        "共计",
        " 合计",
        "\x7f",
        "\x1c",
        "é",
        "\0",
    ),
    *("infinity", "-infinity", "epoch", "0001-01-01 (BC)", "12020-01-01", "2020-01-01 24:00:00"),
    *("2020-01-01 10:00:0Z", "2020-01-01 10:00:00.0", "2020-01-01 10:00:0.", "2020-01-01 10:00:00+08"),
    *(
        "2020-01-01T10:00:00",
        "2020-01-01 00:00:00",
        "2020-01-01  1:00:00",
        "2020/3/5 9:08",
        "2020年3月5日",
        "20200305",
        "2020-1-5",
    ),
    *("2020-02-30", "9999-12-31", "0000-01-01", "99999999999999999999", "5.1E+17", "1e3", "1_0", "0x10"),
    *("+5", "-0", "007", "1.0", "1,234", "５", "510100.0", "５１０１００", "a1", "A1 ", "ＡＢ", "a+b", ".x"),
    *(
        "'",
        '"',
        "名\u3000",
        "\ufeff某",
        "某\u200b",
        "\ufffd",
        "n/a",
        "(NULL)",
        r"\N",
        "/",
        "——",
        "暂无",
        "小计",
    ),
    *(
        "'A1",
        '="A1"',
        '="K1"',
        '=""',
        '="-"',
        '="a""b"',
        "'",
        "'K1",
        "=1+1",
        "９９９９-１２-３１",
        "1900-01-01",
    ),
    *("1900-01-01 08:05:43", "9999-12-31 23:59:59", "0000-00-00", "0000-00-00 00:00:00", "00000000"),
    *(
        "2020-03-05 下午3:05",
        "2020-03-05T01:08:00Z",
        "2020-03-05 24:00",
        "2020-03-05 09:08:00.5",
        "2019",
        "1999",
    ),
)


def cell(column: Column, chance: random.Random) -> str | None:
    """Mostly a cell as the platform writes it, at times an odd one."""
    if chance.random() < 0.08:
        return chance.choice(ODD)
    moment = (
        f"{chance.choice([2019, 2020, 2020, 2021])}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    )
    match column.type:
        case "text":
            return chance.choice(["K", "某", "A B "]) + str(chance.randint(1, ROWS * 2))
        case "code":
            return chance.choice(sorted(CODES.orgs if column.codes == "orgs" else CODES.modules))
        case "choice":
            return chance.choice(column.choices)[0]
        case "integer":
            return str(chance.randint(0, 3000))
        case "date":
            return moment
        case "timestamp":
            return moment + chance.choice(["", f" {chance.randint(0, 23):02d}:08:59"])


def texts_of(con: duckdb.DuckDBPyConnection, rows: list[list[str | None]]) -> str:
    """Put the cells into a relation, whose name is returned."""
    con.register(
        "texts", pd.DataFrame(rows, columns=[f"c{place}" for place in range(len(rows[0]))], dtype=object)
    )
    return "texts"


def both_readings(
    export: Export, rows: list[list[str | None]], positions: dict[str, int], scratch: Path
) -> tuple[list, ...]:
    """The rows as `judge` leaves them, and as the general reading has them; of refused ones, whose, why."""
    most = len(rows[0]) - BEYOND
    office = open_bench(scratch, CODES, [])
    with office.con as con:
        clear(office, export)
        cells = CellTable(texts_of(con, rows), len(rows[0]), positions, most)
        assert judge(office, InboxFile(Path("x.csv"), export, EXPORT_DAY, "csv"), [cells]) == len(rows)
        quick = con.execute(f"SELECT * EXCLUDE ({UNREAD}) FROM {SNAPSHOT} ORDER BY rowid").fetchall()
        general = con.execute(judged_rows(export, cells, EXPORT_DAY)).fetchall()
    org = next(place for place, column in enumerate(export.landed) if column.name == "org_code")
    return tuple(
        [(row[org], *row[-2:]) if row[-2] is not None else row for row in rows] for rows in (quick, general)
    )


@pytest.mark.parametrize("most_unread", [1, 0.1], ids=["row by row", "all again"])
@pytest.mark.parametrize("name", EXPORTS)
def test_plain_rows_are_read_as_the_general_reading_would(
    name: str, most_unread: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export, chance = EXPORTS[name], random.Random(name)
    columns: list[Column | None] = [*export.landed, None]
    chance.shuffle(columns)
    positions = {column.name: place for place, column in enumerate(columns) if column}
    rows = [
        [
            *(cell(column, chance) if column else chance.choice(["", "x", "合计"]) for column in columns),
            *(chance.choice(["", "x"]) if chance.random() < 0.01 else None for _ in range(BEYOND)),
        ]
        for _ in range(ROWS)
    ]
    monkeypatch.setattr(bench, "_MOST_UNREAD", most_unread)
    quick, general = both_readings(export, rows, positions, tmp_path)
    assert quick == general
    refusals = {row[-2] for row in general}
    assert None in refusals and len(refusals) > 3


def test_a_moment_is_plain_only_where_the_general_reading_agrees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "_MOST_UNREAD", 1)
    export = EXPORTS["articles"]
    moments = ["2020-03-05 09:08:07", "2020-03-05", "2019-12-31 23:59:59", "0001-01-01 00:00:00"]
    moments += ["2020/3/5 9:08", "2020/12/31 23:59:59", "2020/3/5", "2020-3-5 19:08"]
    moments += [
        moment[:place] + character + moment[place + width :]
        for moment in moments
        for place in range(len(moment))
        for character in (*map(chr, range(1, 128)), "５", "年", "é", "24", "60")
        for width in (1, len(character))
    ]
    rows: list[list[str | None]] = [
        [f"K{place}", "A1", "省级频道", "某稿", moment, "", *[None] * BEYOND]
        for place, moment in enumerate(moments)
    ]
    positions = {column.name: place for place, column in enumerate(export.landed)}
    quick, general = both_readings(export, rows, positions, tmp_path)
    assert quick == general


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("workflow_items", ["K1", "A1", "M1", "2020-03-05 09:08:00", "平台", "办结", "2020-03-06 09:08:00"]),
        ("cadres", ["K1", "A1", "2020-03-05", "2020-03-06 00:00:00"]),
        ("workflow_items", ["K1", "A1", "M1", "2020/3/5 9:08", "平台", "办结", "2020/3/16 19:08:05"]),
        ("cadres", ["K1", "A1", "2020/3/5", "2020/10/16"]),
    ],
)
def test_most_rows_of_the_platform_or_of_excel_are_plain(name: str, row: list[str]) -> None:
    export, width = EXPORTS[name], len(row)
    positions = {column.name: place for place, column in enumerate(export.landed)}
    cells = CellTable("texts", width, positions, width)
    with duckdb.connect() as con:
        con.execute("CREATE TYPE orgs AS ENUM('A1'); CREATE TYPE modules AS ENUM('M1')")
        texts_of(con, [row])
        (read,) = con.execute(plain_rows(export, cells, EXPORT_DAY)).fetchall()
    assert read[-1] is None


def test_no_cell_that_does_not_land_is_kept_unread() -> None:
    export = EXPORTS["cadres"]
    cells = CellTable("texts", 6, {"cadre_id": 0, "org_code": 2, "entered_on": 4, "left_on": 5}, 6)
    with duckdb.connect() as con:
        con.execute("CREATE TYPE orgs AS ENUM('A1'); CREATE TYPE modules AS ENUM('M1')")
        texts_of(con, [["K1 ", "某某", "A1", " 合计 ", "2020/3/5", ""], ["K2", " ", "A1", "13", "？", "-"]])
        read = con.execute(plain_rows(export, cells, EXPORT_DAY)).fetchall()
    assert [row[-1] for row in read] == [
        ["K1 ", "*", "A1", "合计", "2020/3/5", ""],
        ["K2", "", "A1", "*", "？", "-"],
    ]
