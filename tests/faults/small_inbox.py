"""Inboxes of four exports, each told apart from the next by the numbers that come out of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.publishing.publish import CONTRACT_TABLES

ORG = "510300"
_DAY = "20200331"
_AS_OF = "2020-03-01"

_HEADERS = {
    "注册用户": "用户ID,所属机构编码,注册时间,认证时间,注销时间",
    "新增会员": "会员ID,所属机构编码,入会日期,办理方式",
    "工会干部": "干部ID,所属机构编码,录入日期,离任日期",
    "频道访问": "机构编码,日期,访问量,访客数",
}


def _rows(name: str, number: int) -> Iterator[str]:
    """The rows of an export in the inbox of that number: three of four inboxes differ in how many."""
    if name == "频道访问":
        yield f"{ORG},2020-03-01,{number},"
        return
    for key in range(30 + number % 4):
        yield {
            "注册用户": f"U{key},{ORG},2020-03-05 09:08:00,,",
            "新增会员": f"M{key},{ORG},2020-03-05,平台",
            "工会干部": f"G{key},{ORG},2020-03-05,",
        }[name]


def fill(inbox: Path, number: int) -> None:
    """Make `inbox` the one of that number: exports of the same day, in place of those before."""
    inbox.mkdir(exist_ok=True)
    for name, header in _HEADERS.items():
        text = "\n".join([header, *_rows(name, number)]) + "\n"
        (inbox / f"{name}_{_DAY}.csv").write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Seen:
    """What a reader finds in a published file: the release, and the number of the inbox that it tells of."""

    release_id: str
    number: int


def read_whole(published_file: Path) -> Seen:
    """Read a published file as its readers do; AssertionError where it is not one whole release.

    Whole: opens read-only, with no log beside it, every table of the contract, one release, and verdicts,
    indicators and counts of rows that all tell of the same inbox.
    """
    assert not published_file.with_name(published_file.name + ".wal").exists(), "a log beside the file"
    with duckdb.connect(published_file, read_only=True) as connection:
        tables = {
            f"{schema}.{table}"
            for schema, table in connection.execute(
                "select schema_name, table_name from duckdb_tables()"
            ).fetchall()
        }
        assert tables >= CONTRACT_TABLES, f"missing: {CONTRACT_TABLES - tables}"
        [(release_id,)] = connection.execute("select release_id from quality.release").fetchall()
        numerators = dict(
            connection.execute(
                """select requirement_id, numerator from compliance.fct_verdicts
                where as_of_month = ? and org_code = ? and role = 'local'""",
                [_AS_OF, ORG],
            ).fetchall()
        )
        landed = dict(
            connection.execute("select export_name, rows_landed from quality.landed_exports").fetchall()
        )
    number = numerators["9.6"]
    rows = 30 + number % 4
    told = {
        "users registered": numerators["9.1"],
        "members": numerators["9.3.members"],
        "cadres": numerators["5.cadres"],
        "users landed": landed["registered_users"],
        "cadres landed": landed["cadres"],
    }
    assert told == dict.fromkeys(told, rows), f"parts of two inboxes: 9.6 says {number}, others {told}"
    return Seen(release_id, number)
