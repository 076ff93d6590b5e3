"""What is asked of a published warehouse most, timed: `python -m benchmarks.queries HOME`.

Ten queries, one read-only connection in one process, each asked a few times before it is measured. One whose
median takes more than LIMIT_MS makes the command fail.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb

from benchmarks import report

TITLE = "Queries on the S = 1 release"
LIMIT_MS = 50.0
_WARMING, _MEASURED = 3, 20


@dataclass(frozen=True)
class Query:
    """One question: what it is about, who asks it, and how."""

    name: str
    asked_by: str
    sql: str


QUERIES = (
    Query(
        "one organization's row",
        "a city's union",
        """
        select *
        from compliance.rpt_local_bulletin
        where as_of_month = (select as_of_month from quality.release) and org_code = '510300'
        """,
    ),
    Query(
        "a month's matrix",
        "the office, for the bulletin of Article 12",
        """
        select *
        from compliance.rpt_local_bulletin
        where as_of_month = (select as_of_month from quality.release)
        order by org_code
        """,
    ),
    Query(
        "the trend of one requirement",
        "a city's union",
        """
        select as_of_month, numerator, denominator, observed, threshold, gap, status
        from compliance.fct_verdicts
        where org_code = '510300' and requirement_id = '9.2'
        order by as_of_month
        """,
    ),
    Query(
        "the cities ranked",
        "the leadership",
        """
        select
            rank() over (order by certified_share_value desc) as place,
            org_name, certified_share_value, certified_share_target, certified_share_gap,
            certified_share_status
        from compliance.rpt_local_bulletin
        where as_of_month = (select as_of_month from quality.release) and org_type = 'city'
        order by place, org_name
        """,
    ),
    Query(
        "from a department to the orgs it guides",
        "a department that failed by them",
        """
        select
            department_verdicts.requirement_id, department_verdicts.status as department_status,
            guidance.local_org_name, guided_verdicts.requirement_id as guided_requirement_id,
            guided_verdicts.observed, guided_verdicts.threshold, guided_verdicts.gap, guided_verdicts.status
        from compliance.fct_verdicts as department_verdicts
        inner join compliance.dim_requirements as requirements
            on department_verdicts.requirement_id = requirements.requirement_id
        inner join indicators.bridge_guidance as guidance
            on department_verdicts.org_code = guidance.department_code
        inner join compliance.fct_verdicts as guided_verdicts
            on department_verdicts.as_of_month = guided_verdicts.as_of_month
            and guidance.local_org_code = guided_verdicts.org_code
            and list_contains(
                string_split(requirements.source_requirements, ' '), guided_verdicts.requirement_id
            )
        where
            department_verdicts.as_of_month = (select as_of_month from quality.release)
            and department_verdicts.org_code = (select min(department_code) from indicators.bridge_guidance)
            and department_verdicts.role = 'department'
            and guided_verdicts.role = 'local'
        order by department_verdicts.requirement_id, guided_verdicts.gap desc
        """,
    ),
    Query(
        "the rates of each module",
        "a city's union",
        """
        select category, module_name, items, platform_items, usage_rate, completion_rate
        from indicators.fct_module_rates
        where as_of_month = (select as_of_month from quality.release) and org_code = '510300'
        order by category, module_code
        """,
    ),
    Query(
        "every failure of the month, with its clause",
        "the office",
        """
        select
            organizations.org_name, requirements.title, requirements.clause_text,
            verdicts.numerator, verdicts.denominator, verdicts.threshold, verdicts.gap, verdicts.is_final
        from compliance.fct_verdicts as verdicts
        inner join compliance.dim_requirements as requirements
            on verdicts.requirement_id = requirements.requirement_id
        inner join indicators.dim_organizations as organizations
            on verdicts.org_code = organizations.org_code
        where
            verdicts.as_of_month = (select as_of_month from quality.release)
            and verdicts.status = 'FAIL'
        order by organizations.org_code, verdicts.requirement_id
        """,
    ),
    Query(
        "the share met, month by month",
        "the leadership",
        """
        select
            as_of_month, role,
            count(*) filter (where status = 'PASS') as passed,
            count(*) as judged,
            count(*) filter (where status = 'PASS') / count(*) as share
        from compliance.fct_verdicts
        where status in ('PASS', 'FAIL', 'IN_PROGRESS')
        group by as_of_month, role
        order by as_of_month, role
        """,
    ),
    Query(
        "refused rows by reason",
        "whoever sends the exports",
        """
        select export_name, reason, column_name, count(*) as rows_refused
        from quality.rejected_rows
        group by export_name, reason, column_name
        order by rows_refused desc, export_name, reason, column_name
        """,
    ),
    Query(
        "how fresh each export is",
        "the office",
        """
        select
            landed.export_name, landed.export_date, landed.rows_landed, landed.rows_rejected,
            date_diff('day', landed.export_date, release.published_at) as days_old
        from quality.landed_exports as landed
        cross join quality.release as release
        order by landed.export_date, landed.export_name
        """,
    ),
)


@dataclass(frozen=True)
class Timing:
    """One query, measured in milliseconds, its rows fetched into Python."""

    query: Query
    rows: int
    median_ms: float
    most_ms: float

    @property
    def is_slow(self) -> bool:
        """Whether its median takes more than the limit."""
        return self.median_ms > LIMIT_MS


def timings(home: Path) -> list[Timing]:
    """Ask the warehouse published in `home` each query; raises duckdb.Error where there is none."""
    with duckdb.connect(home / "warehouse" / "gonghui.duckdb", read_only=True) as con:
        return [_timing(con, query) for query in QUERIES]


def _timing(con: duckdb.DuckDBPyConnection, query: Query) -> Timing:
    for _ in range(_WARMING):
        rows = con.execute(query.sql).fetchall()
    took = []
    for _ in range(_MEASURED):
        began = perf_counter()
        con.execute(query.sql).fetchall()
        took.append((perf_counter() - began) * 1000)
    return Timing(query, len(rows), median(took), max(took))


def section(home: Path) -> str:
    """Measure, and lay out for RESULTS.md."""
    return text(timings(home))


def text(measured: Sequence[Timing]) -> str:
    """Lay out what was measured, and say which queries are over the limit."""
    slow = [f"{one.query.name} ({one.median_ms:.1f} ms)" for one in measured if one.is_slow]
    verdict = f"Over it: {', '.join(slow)}." if slow else "All are within it."
    lines = [
        (one.query.name, one.query.asked_by, f"{one.rows}", f"{one.median_ms:.1f}", f"{one.most_ms:.1f}")
        for one in measured
    ]
    return "\n\n".join(
        [
            f"{report.machine()}. One process, one read-only connection, {_WARMING} times to warm and "
            f"{_MEASURED} times measured, all rows fetched. By `python -m benchmarks.queries HOME`.",
            report.table(("what is asked", "by whom", "rows", "median ms", "most ms"), lines),
            f"The limit is a median of {LIMIT_MS:.0f} ms. {verdict}",
        ]
    )


def main() -> int:
    """Read the command line, measure, print; returns 1 where a query is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path, help="a home that a refresh has published into")
    measured = timings(parser.parse_args().home)
    print(text(measured))
    return int(any(one.is_slow for one in measured))


if __name__ == "__main__":
    sys.exit(main())
