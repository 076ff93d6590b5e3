"""What a published file says of itself: its tables, and the labels that its comments begin with."""

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.publishing.catalog import has, labels, tables


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two tables, of one of which nothing is said."""
    with duckdb.connect() as connection:
        connection.execute("""
            create schema quality;
            create table quality.silent (code varchar, seen date);
            create table quality.told (code varchar, label varchar);
            insert into quality.told values ('a', '一'), ('b', '二');
            comment on table quality.told is '词表：一行一词。';
            comment on column quality.told.label is '词：中文';
        """)
        yield connection


def test_a_table_and_its_columns_are_called_by_their_comments_or_by_their_names(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert [(str(table), table.label, table.rows) for table in tables(connection)] == [
        ("quality.silent", "silent", 0),
        ("quality.told", "词表", 2),
    ]
    assert [[(column.label, column.type) for column in table.columns] for table in tables(connection)] == [
        [("code", "VARCHAR"), ("seen", "DATE")],
        [("code", "VARCHAR"), ("词", "VARCHAR")],
    ]


@pytest.mark.parametrize(("table", "there"), [("quality.told", True), ("quality.tol", False)])
def test_a_file_is_asked_whether_it_has_a_table(
    connection: duckdb.DuckDBPyConnection, table: str, there: bool
) -> None:
    assert has(connection, table) is there


@pytest.mark.parametrize(
    ("comments", "expected"),
    [
        (["机构编码", "差额：还差多少件，达标为 0"], ["机构编码", "差额"]),
        (["截至月份（当月第一天）；数字截至该月月末"], ["截至月份"]),
        (
            ["注册（9.1）：完成值", "注册（9.1）：标准值，可空"],
            ["注册（9.1）：完成值", "注册（9.1）：标准值"],
        ),
        (["市（州）总工会情况通报（第十二条）：各项指标并列。粒度：月。"], ["市（州）总工会情况通报"]),
        (
            ["完成率（8.1）：完成值（小数，0.9 即 90 %）", "完成率（8.1）：差额"],
            ["完成率（8.1）：完成值", "完成率（8.1）：差额"],
        ),
        (
            ["年度工作安排数，万人，照附件", "年度工作安排数，人"],
            ["年度工作安排数，万人", "年度工作安排数，人"],
        ),
        (["注册：完成值", "注册：完成值"], ["注册：完成值", "注册：完成值"]),
        ([""], [""]),
    ],
)
def test_a_label_is_as_short_as_it_can_be_told_from_its_neighbours(
    comments: list[str], expected: list[str]
) -> None:
    assert labels(comments) == expected
