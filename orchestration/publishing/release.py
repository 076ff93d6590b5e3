"""A release: what one published file says of itself in `quality.release`."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Self

import duckdb

from orchestration.common.clock import BEIJING
from orchestration.common.sql import literal

ID_FORMAT = "%Y%m%dT%H%M%S-%f"
"""How a release's id tells when it was made."""

_DDL = """
create table quality.release (
    release_id varchar primary key,
    published_at timestamp not null,
    as_of_month date not null,
    is_sample boolean not null
);
comment on table quality.release is '发布批次：本文件的来历，仅一行';
comment on column quality.release.release_id is '批次号：按发布时间排序，每次发布不同';
comment on column quality.release.published_at is '发布时间：北京时间，不带时区';
comment on column quality.release.as_of_month is '截至月份：以该月1日表示';
comment on column quality.release.is_sample is '是否样例数据：true 表示来自仓库自带的样例，不是真实导出';
"""


@dataclass(frozen=True)
class Release:
    """One published state of the warehouse (contract §5, quality.release)."""

    release_id: str
    published_at: datetime
    """Beijing local time, without zone."""
    as_of_month: date
    """The month's first day."""
    is_sample: bool

    @classmethod
    def now(cls, as_of_month: date, is_sample: bool, after: datetime = datetime.min) -> Self:
        """Make a release of this second; its id sorts by time, down to the microsecond that is its tail.

        `after` is the moment in the newest id there is: a clock that was set back since has no say in the id.
        """
        now = datetime.now(BEIJING).replace(tzinfo=None)
        moment = max(now, after + timedelta(microseconds=1))
        return cls(moment.strftime(ID_FORMAT), now.replace(microsecond=0), as_of_month, is_sample)

    def write(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create and fill `quality.release`, comments included, in a file that has the schema."""
        connection.execute(_DDL)
        values = ", ".join(map(literal, astuple(self)))
        connection.execute(f"insert into quality.release values ({values})")

    def rewrite(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Take the place of the release that a file says it is."""
        connection.execute("drop table quality.release")
        self.write(connection)


def read_release(published_file: Path) -> Release | None:
    """Return the release that a published file holds; None where there is none that this code has written."""
    if not published_file.exists():
        return None
    try:
        with duckdb.connect(published_file, read_only=True) as connection:
            columns = ", ".join(field.name for field in fields(Release))
            [row] = connection.execute(f"select {columns} from quality.release").fetchall()
    except (duckdb.Error, ValueError):
        return None
    return Release(*row)


def verdict_counts(published_file: Path) -> Mapping[str, int]:
    """Count the verdicts of the release's as-of month by status, the most frequent first."""
    with duckdb.connect(published_file, read_only=True) as connection:
        rows = connection.execute("""
            select status, count(*) as verdicts
            from compliance.fct_verdicts
            where as_of_month = (select as_of_month from quality.release)
            group by status
            order by verdicts desc, status
        """).fetchall()
    return dict(rows)
