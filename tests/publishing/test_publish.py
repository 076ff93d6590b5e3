"""What readers get: the contract's schemas, whole, described and constrained, or what they had before."""

import resource
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.publishing.catalog import tables
from orchestration.publishing.manifest import verdicts_sha256
from orchestration.publishing.publish import CONTRACT_TABLES, PublishingRefused, publish
from orchestration.publishing.release import Release, read_release, verdict_counts
from orchestration.publishing.revised import RevisedVerdict, read_revised
from tests.publishing.small import RELEASE


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def change(build_file: Path) -> Callable[[str], None]:
    """Change the build file before it is published."""

    def execute(sql: str) -> None:
        with duckdb.connect(build_file) as connection:
            connection.execute(sql)

    return execute


REVISED = RevisedVerdict(
    date(2021, 2, 1),
    *("510300", "local", "9.2", "PASS", "FAIL"),
    *(9000, 8999, 15000, 15000),
    *("20210201T020000-abcdef", "导出"),
)

OF_THE_RELEASE = {"quality.release", "quality.revised_verdicts"}


def test_published_are_the_published_schemas_and_the_release(build_file: Path, warehouse: Path) -> None:
    publish(build_file, warehouse, RELEASE)
    tables = "select table_schema || '.' || table_name from information_schema.tables"
    built = {name for (name,) in rows(build_file, tables) if not name.startswith("staging.")}
    assert built > CONTRACT_TABLES
    assert {name for (name,) in rows(warehouse, tables)} == built | OF_THE_RELEASE


def test_names_stand_beside_the_codes_of_a_revised_verdict(build_file: Path, warehouse: Path) -> None:
    publish(build_file, warehouse, RELEASE, lambda: [REVISED])
    assert rows(
        warehouse,
        "select org_name, requirement_title, status_before_label, status_label, numerator_before, denominator"
        " from quality.revised_verdicts",
    ) == [("自贡市总工会", "认证会员占注册用户比例", "达标", "未达标", 9000, 15000)]


def test_every_row_is_published(build_file: Path, warehouse: Path) -> None:
    publish(build_file, warehouse, RELEASE)
    select = "select * from compliance.fct_verdicts order by all"
    assert rows(warehouse, select) == rows(build_file, select)


def test_rows_stand_in_the_same_order_however_they_were_built(
    build_file: Path, warehouse: Path, change: Callable[[str], None]
) -> None:
    publish(build_file, warehouse, RELEASE)
    before = rows(warehouse, "from indicators.dim_organizations")
    change("""
        create temp table shuffled as from indicators.dim_organizations order by org_name desc;
        delete from indicators.dim_organizations;
        insert into indicators.dim_organizations from shuffled;
    """)
    again = warehouse.with_name("again.duckdb")
    publish(build_file, again, RELEASE)
    assert rows(again, "from indicators.dim_organizations") == before


def test_constraints_come_along(build_file: Path, warehouse: Path) -> None:
    publish(build_file, warehouse, RELEASE)
    constraints = """
        select table_name, constraint_type, constraint_column_names from duckdb_constraints()
        where table_name not in ('release', 'revised_verdicts') order by all
    """
    private = "stg_registered_users"
    assert rows(warehouse, constraints) == [row for row in rows(build_file, constraints) if row[0] != private]


def test_a_table_that_others_refer_to_is_created_before_them(
    build_file: Path, warehouse: Path, change: Callable[[str], None]
) -> None:
    change("""
        create table indicators.a_follower (
            org_code varchar references indicators.dim_organizations (org_code)
        );
        comment on table indicators.a_follower is '从表';
        comment on column indicators.a_follower.org_code is '机构';
    """)
    publish(build_file, warehouse, RELEASE)
    kinds = rows(
        warehouse, "select constraint_type from duckdb_constraints() where table_name = 'a_follower'"
    )
    assert ("FOREIGN KEY",) in kinds


def test_a_table_may_refer_to_itself_and_what_stays_private_to_what_it_likes(
    build_file: Path, warehouse: Path, change: Callable[[str], None]
) -> None:
    change("""
        create table quality.parts (
            part varchar primary key, part_of varchar references quality.parts (part)
        );
        insert into quality.parts values ('全部', null);
        comment on table quality.parts is '部分';
        comment on column quality.parts.part is '名称';
        comment on column quality.parts.part_of is '所属';
        create table staging.people (person varchar primary key);
        create table staging.visits (person varchar references staging.people (person));
    """)
    publish(build_file, warehouse, RELEASE)
    assert rows(warehouse, "from quality.parts") == [("全部", None)]


def test_the_indexes_of_the_published_schemas_come_along_and_no_others(
    build_file: Path, warehouse: Path, change: Callable[[str], None]
) -> None:
    change("""
        create index users on staging.stg_registered_users (user_id);
        create index verdicts on compliance.fct_verdicts (org_code);
    """)
    publish(build_file, warehouse, RELEASE)
    assert rows(warehouse, "select index_name from duckdb_indexes()") == [("verdicts",)]


def test_the_number_of_rows_is_counted(build_file: Path) -> None:
    with duckdb.connect(build_file) as connection:
        connection.execute("create table quality.thousand as select range as id from range(1000)")
        connection.execute("checkpoint; delete from quality.thousand where id < 500")
        [told] = [table.rows for table in tables(connection) if table.name == "thousand"]
    assert told == 500


def test_comments_come_along(build_file: Path, warehouse: Path) -> None:
    publish(build_file, warehouse, RELEASE)
    tables = rows(warehouse, "select comment from duckdb_tables() where table_name = 'fct_verdicts'")
    columns = rows(warehouse, "select distinct comment from duckdb_columns() where column_name = 'gap'")
    assert (tables, columns) == ([("fct_verdicts：每行'一条",)], [("gap：说明",)])


def test_the_release_says_of_itself_what_it_was_given(build_file: Path, warehouse: Path) -> None:
    publish(build_file, warehouse, RELEASE)
    assert read_release(warehouse) == RELEASE


def test_releases_sort_by_the_time_they_were_made() -> None:
    earlier = Release.now(RELEASE.as_of_month, is_sample=True)
    later = Release.now(RELEASE.as_of_month, is_sample=True, after=earlier.published_at)
    assert earlier.release_id < later.release_id


def test_verdicts_are_counted_for_the_as_of_month_alone(build_file: Path, warehouse: Path) -> None:
    publish(build_file, warehouse, RELEASE)
    assert verdict_counts(warehouse) == {"FAIL": 1, "IN_PROGRESS": 1, "NO_DATA": 1}


def test_nothing_but_the_file_is_left(build_file: Path, warehouse: Path) -> None:
    publish(build_file, warehouse, RELEASE)
    assert {path.name for path in warehouse.parent.iterdir()} == {build_file.name, warehouse.name}


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        ("drop table compliance.dim_clauses", "compliance.dim_clauses is missing"),
        ("comment on table quality.rejected_rows is null", "quality.rejected_rows has no comment"),
        ("comment on column compliance.fct_verdicts.gap is ''", "compliance.fct_verdicts.gap has no comment"),
        (
            "create view quality.seen as from compliance.dim_clauses; comment on view quality.seen is 'x'",
            "quality.seen is a view",
        ),
    ],
)
def test_what_breaks_the_contract_is_refused_by_name(
    build_file: Path, warehouse: Path, change: Callable[[str], None], spoil: str, named: str
) -> None:
    change(spoil)
    with pytest.raises(PublishingRefused, match=named):
        publish(build_file, warehouse, RELEASE)


@pytest.fixture
def full_disk(build_file: Path) -> Iterator[None]:
    """From now on no file may grow much beyond what the log of the small build takes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("full_disk")
def test_a_disk_that_is_full_when_all_is_written_out_is_called_so(build_file: Path, warehouse: Path) -> None:
    with pytest.raises(duckdb.FatalException, match="File too large"):
        publish(build_file, warehouse, RELEASE)


@pytest.mark.parametrize("read", [read_release, read_revised, verdict_counts, verdicts_sha256])
def test_a_published_file_is_read_while_others_read_it(
    build_file: Path, warehouse: Path, read: Callable[[Path], object]
) -> None:
    publish(build_file, warehouse, RELEASE, lambda: [REVISED])
    alone = read(warehouse)
    with duckdb.connect(warehouse, read_only=True):
        assert alone and read(warehouse) == alone
