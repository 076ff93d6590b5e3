"""No personal value gets past landing: by names, by lineage, by the look of values, by planted ones.

The numbers are made up while the test runs, of persons who cannot be: born in the year 0001, where none live.
"""

import csv
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import sqlglot
from openpyxl import Workbook
from sqlglot import expressions as exp

from orchestration.landing import RAW_EXPORTS
from orchestration.landing.exports import Export
from orchestration.maintaining import privacy
from orchestration.publishing.publish import PUBLISHED_SCHEMAS


def identity(number: int) -> str:
    digits = f"00000000010101{number:03d}"
    return digits + privacy.check_character(digits)


def mobile(number: int) -> str:
    return f"190{number:08d}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"证件{identity(1)}。", ["identity number"]),
        (f"身份证号:{identity(7).lower()},", ["identity number"]),
        (f"电话{mobile(1)}，{mobile(2)}", ["mobile number"] * 2),
        (identity(1)[:17] + ("1" if identity(1)[17] != "1" else "2"), []),  # another check character
        (f"0.{mobile(1)}", []),  # a fraction
        (f"{mobile(1)}0", []),  # a longer number
        (f"ab{mobile(1)}cd", []),  # a part of a digest
        ("510300", []),
        ("20210301T020000-abcdef", []),
        ("12900000001", []),  # no mobile number begins so
    ],
)
def test_a_personal_number_is_known_by_its_look(text: str, found: list[str]) -> None:
    assert privacy.personal_numbers(text) == found


def test_the_check_character_is_that_of_the_standard() -> None:
    assert privacy.check_character("11010519491231002") == "X"  # the example of GB 11643-1999


@pytest.mark.parametrize("column", ["姓名", "手机号", "身份证号", "mobile", "id_card_no", "contact_phone"])
def test_a_personal_column_is_known_by_its_name(column: str) -> None:
    assert privacy.is_personal_name(column)


def test_no_column_that_lands_is_called_like_a_personal_one() -> None:
    names = [name for export in RAW_EXPORTS for each in export.landed for name in (each.header, each.name)]
    assert [name for name in names if privacy.is_personal_name(name)] == []


def test_every_column_that_is_dropped_is_called_like_a_personal_one() -> None:
    dropped = {each.header for export in RAW_EXPORTS for each in export.columns if each.personal}
    assert [header for header in dropped if not privacy.is_personal_name(header)] == []


def test_a_finding_says_where_and_not_what(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "spoilt.duckdb") as connection:
        connection.execute(f"create table t as select '{mobile(3)}' as note, {mobile(4)} as n, '' as 姓名")
    (tmp_path / "refresh.log").write_text(f"row of {identity(3)}", encoding="utf-8")
    assert sorted(map(str, privacy.in_home(tmp_path))) == [
        "refresh.log: 1 × identity number",
        "spoilt.duckdb main.t.n: 1 × mobile number",
        "spoilt.duckdb main.t.note: 1 × mobile number",
        "spoilt.duckdb main.t.姓名: 1 × column called like a personal one",
    ]


# By lineage.


def ancestry(manifest: dict, node: dict) -> set[str]:
    parents = set(node["depends_on"].get("nodes", []))
    return parents.union(*(ancestry(manifest, manifest["nodes"][parent]) for parent in parents))


def test_no_published_table_descends_from_a_personal_column(manifest) -> None:
    published = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in PUBLISHED_SCHEMAS
    ]
    assert published
    lines = {
        (node["name"], ancestor, column)
        for node in published
        for ancestor in ancestry(manifest, node) | {node["unique_id"]}
        for column in manifest["nodes"][ancestor]["columns"]
        if privacy.is_personal_name(column)
    }
    assert lines == set()


def test_no_measure_reads_what_a_row_says_of_itself(manifest) -> None:
    """Titles, names of services and the ids of rows stay in staging: whoever counts needs none of them."""
    texts = {
        column.name
        for export in RAW_EXPORTS
        for column in export.landed
        if column.type == "text" and column.codes is None
    }
    assert {"title", "user_id", "item_id"} <= texts
    readers = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["schema"] != "staging"
        and any(".stg_" in parent for parent in node["depends_on"]["nodes"])
    ]
    assert len(readers) == len(RAW_EXPORTS)
    read = {
        (node["name"], column.name)
        for node in readers
        for column in sqlglot.parse_one(node["compiled_code"], dialect="duckdb").find_all(exp.Column)
        if column.name in texts
    }
    assert read == set()


# By planting.


@dataclass(frozen=True)
class Planted:
    """A home refreshed from an inbox full of personal values, and what the command said."""

    home: Path
    said: str
    values: list[str]


class Canaries:
    """Personal values, each another, and a list of those given out."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def next(self, header: str) -> str:
        number = len(self.given) + 1
        kinds = {"姓名": f"子虚乌有{number}号", "手机号": mobile(number)}
        self.given.append(kinds.get(header, identity(number)))
        return self.given[-1]


SOUND = {
    "所属机构编码": "510300",
    "机构编码": "510300",
    "部门编码": "SZ01",
    "模块编码": "TY07",
    "办理方式": "平台",
    "状态": "已发布",
    "频道": "地方频道",
    "年度": "2020",
    "访问量": "7",
    "完成": "",
}


def rows(export: Export, canaries: Canaries) -> list[list[str]]:
    """A header with a column too many; a sound row; bad ones with personal values where others belong."""
    headers = [*(column.header for column in export.columns), "备注"]

    def row(spoilt: str = "") -> list[str]:
        cells = []
        for column in export.columns:
            if column.personal or column.header == spoilt:
                cells.append(canaries.next(column.header))
            elif column.type in ("date", "timestamp"):
                cells.append("2020-04-01" if column.required else "")
            elif column.key and column.type == "text":
                cells.append(f"K{len(canaries.given)}")
            elif column.header == "状态" and export.name == "workflow_items":
                cells.append("在办")
            else:
                cells.append(SOUND.get(column.header, "某事"))
        return [*cells, canaries.next("备注")]

    spoilt = [row(column.header) for column in export.landed if column.type not in ("text",)]
    return [headers, row(), *spoilt]


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Planted:
    inbox, home = tmp_path_factory.mktemp("inbox"), tmp_path_factory.mktemp("home")
    canaries = Canaries()
    for number, export in enumerate(RAW_EXPORTS):
        table = rows(export, canaries)
        if number % 2:
            workbook = Workbook()
            for line in table:
                workbook.active.append(line)
            workbook.save(inbox / f"{export.chinese}_20200501.xlsx")
        else:
            with (inbox / f"{export.chinese}_20200501.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(table)
    process = subprocess.run(
        [
            *(sys.executable, "-m", "orchestration.cli.main", "refresh"),
            *("--inbox", inbox, "--home", home, "--accept", "too_many_rejects"),
        ],
        env={name: value for name, value in os.environ.items() if not name.startswith("GONGHUI_")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert process.returncode == 0, process.stderr[-3000:]
    return Planted(home, process.stdout + process.stderr, canaries.given)


def test_bad_rows_were_planted_in_every_export(planted: Planted) -> None:
    with duckdb.connect(planted.home / "warehouse" / "gonghui.duckdb", read_only=True) as connection:
        refused = connection.execute("select distinct export_name from quality.rejected_rows").fetchall()
    assert len(refused) == len(RAW_EXPORTS)


def test_nothing_in_a_home_looks_personal(planted: Planted) -> None:
    assert privacy.in_home(planted.home) == []


def test_no_planted_value_is_anywhere_in_a_home(planted: Planted) -> None:
    files = [path for path in planted.home.rglob("*") if path.is_file()]
    content = "\n".join(text for path in files for text in privacy.texts(path))
    assert [value for value in planted.values if value in content] == []


def test_no_planted_value_is_in_any_table(planted: Planted) -> None:
    everything = []
    for file in [*planted.home.rglob("*.duckdb"), *planted.home.rglob("*.parquet")]:
        with duckdb.connect() as connection:
            if file.suffix == ".parquet":
                sources = [f"'{file}'"]
            else:
                connection.execute(f"attach '{file}' as searched (read_only)")
                tables = connection.execute(
                    "select schema_name, table_name from duckdb_tables() where database_name = 'searched'"
                ).fetchall()
                sources = [f'searched."{schema}"."{table}"' for schema, table in tables]
            for source in sources:
                everything.append(str(connection.execute(f"from {source}").fetchall()))
    content = "\n".join(everything)
    assert everything
    assert [value for value in planted.values if value in content] == []


def test_no_planted_value_is_said(planted: Planted) -> None:
    assert [value for value in planted.values if value in planted.said] == []
