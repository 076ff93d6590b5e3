"""A build file small enough to know by heart: every table of the contract, and a room that stays private."""

from datetime import date, datetime
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.publishing import releases
from orchestration.publishing.manifest import Inputs, Manifest, verdicts_sha256
from orchestration.publishing.publish import CONTRACT_TABLES, publish
from orchestration.publishing.release import Release

RELEASE = Release("20210301T020000-abcdef", datetime(2021, 3, 1, 2), date(2021, 2, 1), False)

INPUTS = Inputs((), {"thresholds.csv": "1" * 64}, {"dbt_project": "2" * 64}, {"duckdb": "1.5.6"})

# Tables with more than the one column that the contract's others get here.
_DDL = {
    "indicators.dim_organizations": "org_code varchar primary key, org_name varchar, short_name varchar, "
    "opened_on date, closed_on date, org_order integer",
    "compliance.dim_requirements": """
        requirement_id varchar primary key, clause_id varchar, article varchar, item varchar,
        clause_text varchar, role varchar, title varchar, numerator_label varchar, denominator_label varchar,
        source_requirements varchar, exports varchar, unit varchar, requirement_order integer
    """,
    "compliance.dim_readings": """
        reading_id varchar, option varchar, option_label varchar, is_active boolean,
        rationale varchar, decided_on date,
        clause_id varchar, valid_from date, valid_to date, primary key (reading_id, option)
    """,
    "compliance.fct_verdicts": """
        as_of_month date not null, org_code varchar not null, org_name varchar, org_type varchar,
        role varchar, requirement_id varchar, clause_id varchar, numerator bigint, denominator bigint,
        observed double, threshold decimal(18, 4),
        gap bigint, gap_unit varchar default '人', status varchar not null check (status <> ''),
        status_label varchar, reason varchar,
        reason_label varchar, is_final boolean, is_waived boolean,
        evidence_date date default '2021-03-02', refused_rows bigint default 5,
        primary key (as_of_month, org_code, requirement_id)
    """,
    "compliance.fct_outlook": """
        as_of_month date, org_code varchar, requirement_id varchar, gap bigint, months_elapsed integer,
        months_left integer, needed_pace double, projected bigint, outlook_label varchar,
        unit varchar default '人'
    """,
    "compliance.fct_rankings": """
        as_of_month date, org_code varchar, role varchar, requirement_id varchar, rank bigint,
        ranked_orgs bigint, rank_before bigint
    """,
    "compliance.fct_trends": """
        as_of_month date, org_code varchar, role varchar, requirement_id varchar,
        change_on_month_before double
    """,
    "compliance.fct_requirement_totals": """
        as_of_month date, role varchar, org_type varchar, requirement_id varchar, orgs bigint,
        orgs_passed bigint, numerator bigint, denominator bigint
    """,
    "compliance.dim_waivers": """
        org_code varchar, requirement_id varchar, month_from date, month_to date, reason varchar,
        approved_by varchar, expires_on date
    """,
    "compliance.dim_verdict_labels": "code varchar primary key, label varchar",
    "indicators.bridge_guidance": "department_code varchar, local_org_code varchar, local_org_name varchar",
    "quality.landed_exports": """
        export_name varchar primary key, export_date date,
        rows_read bigint, rows_landed bigint, rows_rejected bigint
    """,
}

_ROWS = """
insert into indicators.dim_organizations values
    ('510300', '自贡市总工会', '自贡', '2020-01-01', null, 3),
    ('510100', '成都市总工会', '成都', null, null, 2),
    ('SZ01', '四川省总工会办公室', '办公室', null, null, 1);
insert into compliance.dim_requirements values
    ('9.2', '9.2', '第九条', '（二）', '（二）比例第1年不低于30%', 'local',
     '认证会员占注册用户比例', '期末有效认证会员数', '期末有效注册用户数', null, 'registered_users',
     '比例', 3),
    ('9.1', '9.1', '第九条', '（一）', '（一）达到年度工作安排数量', 'local', '注册用户数量',
     '新注册用户数', null, null, 'registered_users', '人', 2),
    ('8.6', '8.6', '第八条', '（六）', '（六）指导督促达到年度工作安排', 'department',
     '指导督促：注册用户数量', null, null, '9.1', 'registered_users new_members', '比例', 1);
insert into compliance.dim_waivers values
    ('510300', '9.2', '2021-02-01', '2021-03-01', '机构合并', '领导小组办公室', '2021-12-31');
insert into compliance.dim_verdict_labels values ('PASS', '达标'), ('FAIL', '未达标');
insert into indicators.bridge_guidance values
    ('SZ01', '510300', '自贡市总工会'), ('SZ01', '510100', '成都市总工会');
insert into compliance.dim_readings values
    ('9.1.basis', 'annual_new', '按当年新增', true, '逐年之和即三年总数', '2020-03-20', '9.1', null, null),
    ('9.2.x', 'former', null, true, '曾用', null, '9.2', null, '2021-01-31'),
    ('9.1.basis', 'cumulative_stock', '按累计', false, '未采用', '2020-03-20', '9.1', null, null);
insert into compliance.fct_outlook (
    as_of_month, org_code, requirement_id, gap, months_elapsed, months_left, needed_pace, projected,
    outlook_label
) values
    ('2021-02-01', '510300', '9.1', 99900, 2, 10, 9990, 600, '落后');
insert into compliance.fct_rankings values ('2021-02-01', '510300', 'local', '9.2', 3, 21, 2);
insert into compliance.fct_verdicts (
    as_of_month, org_code, role, requirement_id, clause_id, numerator, denominator, observed, threshold, gap,
    status, status_label, reason, reason_label, is_final, is_waived
) values
    ('2021-02-01', '510300', 'local', '9.2', '9.2', 8999, 15000, 0.59993, 0.6, 1, 'FAIL', '未达标',
     null, null, false, true),
    ('2021-02-01', '510300', 'local', '9.1', '9.1', 100, null, 100, 100000, 99900, 'IN_PROGRESS', '进行中',
     'year_still_open', '年度未结束，尚未达到', false, false),
    ('2021-01-01', '510300', 'local', '9.2', '9.2', 3, 4, 0.75, 0.6, 0, 'PASS', '达标', null, null, false,
     false),
    ('2021-02-01', 'SZ01', 'department', '8.6', '8.6', null, null, null, null, null, 'NO_DATA', '无数据',
     'export_never_landed', '所需数据从未入库', false, false);
update compliance.fct_verdicts as v set org_name = o.org_name
from indicators.dim_organizations as o where v.org_code = o.org_code;
update compliance.fct_verdicts set org_type = case role when 'local' then 'city' else role end;
insert into compliance.fct_trends values ('2021-02-01', '510300', 'local', '9.2', -0.15007);
insert into compliance.fct_requirement_totals values
    ('2021-02-01', 'local', 'all', '9.2', 2, 1, 2, 3),
    ('2021-02-01', 'local', 'city', '9.2', 1, 0, 8999, 15000),
    ('2021-02-01', 'local', 'all', '9.1', 2, 0, 100, null);
insert into quality.landed_exports values ('registered_users', '2021-03-02', 105, 100, 5);
"""


def comment_everything(connection: duckdb.DuckDBPyConnection) -> None:
    """Give every table and column of the file a comment, quotes included."""
    for schema, table in connection.execute(
        "select table_schema, table_name from information_schema.tables"
    ).fetchall():
        connection.execute(f"comment on table {schema}.{table} is '{table}：每行''一条'")
    for schema, table, column in connection.execute(
        "select table_schema, table_name, column_name from information_schema.columns"
    ).fetchall():
        connection.execute(f"comment on column {schema}.{table}.{column} is '{column}：说明'")


def build(path: Path) -> None:
    """Write the file that dbt would have built."""
    with duckdb.connect(path) as connection:
        connection.begin()
        for schema in ("compliance", "indicators", "quality", "staging"):
            connection.execute(f"create schema {schema}")
        for table in sorted(CONTRACT_TABLES | _DDL.keys()):
            connection.execute(f"create table {table} ({_DDL.get(table, 'id integer')})")
        connection.execute("create table staging.stg_registered_users (user_id varchar)")
        connection.execute(_ROWS)
        comment_everything(connection)
        connection.commit()


def make(home: Home, build_file: Path, release: Release, inputs: Inputs = INPUTS) -> Manifest:
    """Write a release of what is built, following from some inputs, which readers do not see yet."""
    with releases.assembled(home, release) as folder:
        publish(build_file, folder / releases.WAREHOUSE, release)
        (folder / "files").mkdir()
        (folder / "files" / "verdicts.parquet").write_bytes(b"for people")
        manifest = Manifest.of(
            release, inputs, None, folder / releases.WAREHOUSE, verdicts_sha256(build_file)
        )
        manifest.write(folder)
    return manifest


def put_in_force(home: Home, build_file: Path, release: Release, inputs: Inputs = INPUTS) -> Path:
    """Write a release of what is built, following from some inputs, and let readers see it."""
    make(home, build_file, release, inputs)
    releases.put_in_force(home, release.release_id)
    return home.releases / release.release_id
