"""Final verdicts that are otherwise now, as a published table: `quality.revised_verdicts` (contract §5)."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

import duckdb

from orchestration.common.sql import literal

_DDL = """
create table quality.revised_verdicts (
    as_of_month date not null,
    org_code varchar not null,
    org_name varchar,
    role varchar not null,
    requirement_id varchar not null,
    requirement_title varchar,
    status_before varchar not null,
    status_before_label varchar,
    status varchar,
    status_label varchar,
    numerator_before bigint,
    numerator bigint,
    denominator_before bigint,
    denominator bigint,
    release_before varchar not null,
    cause varchar not null,
    primary key (as_of_month, org_code, role, requirement_id)
);
comment on table quality.revised_verdicts is
    '改判的定论：较早批次曾作定论、现在不同的结论，每条一行；随本地已有的批次而定，不只随数据而定';
comment on column quality.revised_verdicts.as_of_month is '截至月份：以该月1日表示';
comment on column quality.revised_verdicts.org_code is '机构编码：被评价机构';
comment on column quality.revised_verdicts.org_name is '机构名称：已不在参考数据中的为其代码';
comment on column quality.revised_verdicts.role is '评价身份：department 部门，local 地方';
comment on column quality.revised_verdicts.requirement_id is '指标编号';
comment on column quality.revised_verdicts.requirement_title is '指标名称：已不在参考数据中的为其编号';
comment on column quality.revised_verdicts.status_before is '原状态：较早批次定论时的状态';
comment on column quality.revised_verdicts.status_before_label is '原状态（中文）';
comment on column quality.revised_verdicts.status is '现状态：本批次的状态，空为不再有这条结论';
comment on column quality.revised_verdicts.status_label is '现状态（中文）';
comment on column quality.revised_verdicts.numerator_before is '原分子';
comment on column quality.revised_verdicts.numerator is '现分子';
comment on column quality.revised_verdicts.denominator_before is '原分母';
comment on column quality.revised_verdicts.denominator is '现分母';
comment on column quality.revised_verdicts.release_before is '原批次号：最近一次作此定论的批次';
comment on column quality.revised_verdicts.cause is '因为：两批次之间变动、能引起改判的输入，分不清时并列';
"""


_NAMES = """
update quality.revised_verdicts set
    org_name = coalesce(
        (from indicators.dim_organizations select org_name where org_code = revised_verdicts.org_code),
        org_code
    ),
    requirement_title = coalesce(
        (
            from compliance.dim_requirements
            select title where requirement_id = revised_verdicts.requirement_id
        ),
        requirement_id
    ),
    status_before_label = (from compliance.dim_verdict_labels select label where code = status_before),
    status_label = (from compliance.dim_verdict_labels select label where code = status)
"""


@dataclass(frozen=True)
class RevisedVerdict:
    """A verdict that an earlier release called final, and that is otherwise now; None where there is none."""

    as_of_month: date
    org_code: str
    role: str
    requirement_id: str
    status_before: str
    status: str | None
    numerator_before: int | None
    numerator: int | None
    denominator_before: int | None
    denominator: int | None
    release_before: str
    cause: str


_FIELDS = ", ".join(field.name for field in fields(RevisedVerdict))


def write_revised(connection: duckdb.DuckDBPyConnection, revised: Iterable[RevisedVerdict]) -> None:
    """Write the table anew, comments included, in a file that has the published tables."""
    connection.execute("drop table if exists quality.revised_verdicts")
    connection.execute(_DDL)
    if rows := [f"({', '.join(map(literal, astuple(each)))})" for each in revised]:
        connection.execute(f"insert into quality.revised_verdicts ({_FIELDS}) values {', '.join(rows)}")
        connection.execute(_NAMES)


def read_revised(warehouse: Path) -> list[RevisedVerdict]:
    """Return the table of a published file, by its key; nothing where the file or the table is not there."""
    if not warehouse.exists():
        return []
    try:
        with duckdb.connect(warehouse, read_only=True) as connection:
            rows = connection.execute(
                f"select {_FIELDS} from quality.revised_verdicts order by all"
            ).fetchall()
    except duckdb.Error:
        return []
    return [RevisedVerdict(*row) for row in rows]
