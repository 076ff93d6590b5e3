"""The quick reading of plain rows and the general one must never disagree."""

import random
from datetime import date
from pathlib import Path

import duckdb
import pytest
from landing_office import CODES, EXPORTS

from orchestration.landing import checks
from orchestration.landing.bench import open_bench
from orchestration.landing.checks import CellTable, judged_rows
from orchestration.landing.exports import Column, Export

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
    *("2020-01-01T10:00:00", "2020-01-01  1:00:00", "2020/3/5 9:08", "2020年3月5日", "20200305", "2020-1-5"),
    *("2020-02-30", "9999-12-31", "0000-01-01", "99999999999999999999", "5.1E+17", "1e3", "1_0", "0x10"),
    *("+5", "-0", "007", "1.0", "1,234", "５", "510100.0", "５１０１００", "a1", "A1 ", "ＡＢ", "a+b", ".x"),
    *("'", '"', "名\u3000"),
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


def judged(export: Export, rows: list[list[str | None]], positions: dict[str, int], scratch: Path) -> list:
    bench = open_bench(scratch, CODES)
    width = len(rows[0])
    with bench.con as con:
        con.execute(f"CREATE TABLE texts ({', '.join(f'c{place} VARCHAR' for place in range(width))})")
        con.executemany(f"INSERT INTO texts VALUES ({', '.join('?' * width)})", rows)
        most = width - BEYOND
        return con.execute(
            judged_rows(export, CellTable("texts", width, positions, most, most), EXPORT_DAY)
        ).fetchall()


@pytest.mark.parametrize("name", EXPORTS)
def test_plain_rows_are_read_as_the_general_reading_would(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    quick = judged(export, rows, positions, tmp_path)
    monkeypatch.setattr(checks, "_is_plain", lambda *_: "false")
    general = judged(export, rows, positions, tmp_path)
    assert quick == general
    refusals = {row[-1] for row in general}
    assert None in refusals and len(refusals) > 3


def test_most_rows_of_the_platform_are_plain() -> None:
    export = EXPORTS["workflow_items"]
    row = ("K1", "A1", "M1", "2020-03-05 09:08:00", "平台", "办结", "2020-03-06 09:08:00")
    cells = CellTable("texts", 7, {column.name: place for place, column in enumerate(export.landed)}, 7, 7)
    casts = ", ".join(
        f"{checks._cast(column, cells.cell(column))} AS {column.name}_cast" for column in export.landed
    )
    with duckdb.connect() as con:
        con.execute("CREATE TYPE orgs AS ENUM('A1'); CREATE TYPE modules AS ENUM('M1')")
        con.execute(
            f"CREATE TABLE texts AS FROM (VALUES {row}) AS texts ({', '.join(f'c{i}' for i in range(7))})"
        )
        is_plain = checks._is_plain(export, cells, EXPORT_DAY)
        assert con.execute(f"SELECT {is_plain} FROM (SELECT *, {casts} FROM texts)").fetchall() == [(True,)]
