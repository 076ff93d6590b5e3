"""The least that a refresh can cost: the same work, written by hand, for what generate.py writes and no more.

    python -m benchmarks.floor INBOX OUT

It reads each CSV once into typed columns, refuses the same rows with the same reasons, writes the same landed
Parquet, and judges the same verdicts (floor_verdicts.sql) into OUT/floor.duckdb. It knows nothing of the
project but the reference seeds, and nothing of what generate.py does not write: other encodings, quoted
newlines, titles above the header, 合计 rows, full width, blanks spelled out, other dates than ISO and
2020/3/5, workbooks, columns in another order, other readings than those shipped, organizations, guidance or
readings with dates, earlier snapshots. It takes no checksum of the files, does not test what it built,
comment it, or keep the last release safe; it writes no names, reasons, evidence or waivers beside the
verdicts, no outlook, ranking, total or report, no Parquet, workbook or document of what is published. A
floor, not a product.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

SEEDS = Path(__file__).resolve().parent.parent / "seeds" / "reference"
VERDICTS = Path(__file__).with_name("floor_verdicts.sql")
EXPORT_DATE = "2023-01-03"

# Absent cells come as null, by padding; empty ones as ''. No cell reads like this.
_ABSENT = "\x01"

CHANNELS = {"平台": "platform", "线下": "offline"}
SCOPES = {"省级频道": "provincial", "地方频道": "local"}
STATUSES = {
    "在办": "open",
    "办结": "completed",
    "撤回": "withdrawn",
    "重复": "duplicate",
    "转办": "transferred",
}
PUBLICATION = {"已发布": "published", "草稿": "draft", "已取消": "cancelled"}


@dataclass(frozen=True)
class Table:
    """One export. `columns`: cell, landed name, type, in upper case where required; the first `keys` are key.

    What the verdicts need of it are its flows, made while the rows are at hand: how many rows are kept of an
    org, of what is `grouped`, and of the `months` of some moments; and the `sums` of some columns.
    `demanded` has a column that must be there where another has a value, or any (None).
    """

    name: str
    chinese: str
    width: int
    columns: tuple[tuple[int, str, str], ...]
    months: Mapping[str, str]
    grouped: tuple[str, ...] = ()
    sums: Mapping[str, str] = field(default_factory=dict)
    keys: int = 1
    orders: tuple[tuple[str, str], ...] = ()
    demanded: tuple[str, str, str | None] | None = None
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The landed columns."""
        return [name for _, name, _ in self.columns]

    @property
    def key(self) -> list[str]:
        """The columns that no two rows have alike."""
        return self.names[: self.keys]


TABLES = (
    Table(
        "registered_users",
        "注册用户",
        8,
        ((0, "user_id", "TEXT"), (1, "org_code", "ORG"), (5, "registered_at", "TIMESTAMP"),
         (6, "certified_at", "timestamp"), (7, "cancelled_at", "timestamp")),
        {"registered": "registered_at", "certified": "certified_at", "cancelled": "cancelled_at"},
        orders=(("registered_at", "certified_at"), ("registered_at", "cancelled_at")),
    ),
    Table(
        "workflow_items",
        "办件",
        7,
        ((0, "item_id", "TEXT"), (1, "org_code", "ORG"), (2, "module_code", "MODULE"),
         (3, "accepted_at", "TIMESTAMP"), (4, "channel", "CHOICE"), (5, "status", "CHOICE"),
         (6, "completed_at", "timestamp")),
        {"accepted": "accepted_at", "completed": "completed_at"},
        ("module_code", "channel", "status"),
        orders=(("accepted_at", "completed_at"),),
        demanded=("completed_at", "status", "completed"),
        choices={"channel": CHANNELS, "status": STATUSES},
    ),
    Table(
        "new_members",
        "新增会员",
        6,
        ((0, "member_id", "TEXT"), (1, "org_code", "ORG"), (4, "joined_on", "DATE"),
         (5, "channel", "CHOICE")),
        {"month": "joined_on"},
        ("channel",),
        choices={"channel": CHANNELS},
    ),
    Table(
        "new_unions",
        "新建基层工会",
        5,
        ((0, "union_id", "TEXT"), (1, "org_code", "ORG"), (2, "union_name", "TEXT"),
         (3, "founded_on", "DATE"),
         (4, "channel", "CHOICE")),
        {"month": "founded_on"},
        ("channel",),
        choices={"channel": CHANNELS},
    ),
    Table(
        "cadres",
        "工会干部",
        6,
        ((0, "cadre_id", "TEXT"), (1, "org_code", "ORG"), (4, "entered_on", "DATE"), (5, "left_on", "date")),
        {"entered": "entered_on", "left_in": "left_on"},
        orders=(("entered_on", "left_on"),),
    ),
    Table(
        "articles",
        "信息发布",
        6,
        ((0, "article_id", "TEXT"), (1, "org_code", "ORG"), (2, "channel_scope", "CHOICE"),
         (3, "title", "TEXT"),
         (4, "published_at", "TIMESTAMP"), (5, "withdrawn_at", "timestamp")),
        {"published": "published_at", "withdrawn": "withdrawn_at"},
        ("channel_scope",),
        orders=(("published_at", "withdrawn_at"),),
        choices={"channel_scope": SCOPES},
    ),
    Table(
        "channel_visits",
        "频道访问",
        4,
        ((0, "org_code", "ORG"), (1, "visited_on", "DATE"), (2, "page_views", "BIGINT"),
         (3, "visitors", "bigint")),
        {"month": "visited_on"},
        sums={"views": "page_views"},
        keys=2,
    ),
    Table(
        "benefit_services",
        "普惠服务",
        5,
        ((0, "service_id", "TEXT"), (1, "org_code", "ORG"), (2, "service_name", "TEXT"),
         (3, "launched_on", "DATE"),
         (4, "status", "CHOICE")),
        {"month": "launched_on"},
        ("status",),
        choices={"status": PUBLICATION},
    ),
    Table(
        "activities",
        "工会活动",
        5,
        ((0, "activity_id", "TEXT"), (1, "org_code", "ORG"), (2, "activity_name", "TEXT"),
         (3, "started_on", "DATE"),
         (4, "status", "CHOICE")),
        {"month": "started_on"},
        ("status",),
        choices={"status": PUBLICATION},
    ),
    Table(
        "process_applications",
        "业务上网",
        6,
        ((0, "process_id", "TEXT"), (1, "org_code", "ORG"), (2, "process_name", "TEXT"),
         (3, "applied_on", "DATE"),
         (4, "approved_on", "date"), (5, "onlined_on", "date")),
        {"approved": "approved_on", "onlined": "onlined_on"},
        orders=(("applied_on", "approved_on"), ("approved_on", "onlined_on")),
        demanded=("approved_on", "onlined_on", None),
    ),
    Table(
        "promotion_plans",
        "推广计划",
        3,
        ((0, "org_code", "ORG"), (1, "plan_year", "BIGINT"), (2, "adopted_on", "DATE")),
        {"adopted": "adopted_on"},
        ("plan_year",),
        keys=2,
    ),
)  # fmt: skip


Land = Callable[[duckdb.DuckDBPyConnection, Table, list[Path], Path], None]


def run(inbox: Path, out: Path, land: "Land | None" = None) -> None:
    """Do all of it, into an empty folder; `land` is who reads, types, refuses and groups, by default this.

    It gets a connection, in which flows, `rejected_rows` and `landed_exports` are to be, an export, its files
    and the folder for its Parquet.
    """
    (out / "landed").mkdir(parents=True)
    with duckdb.connect(out / "floor.duckdb", config=settings(out)) as con:
        con.execute("ATTACH ':memory:' AS desk")
        con.execute("USE desk")
        prepare(con)
        for table in TABLES:
            (land or by_duckdb)(con, table, sorted(inbox.glob(f"{table.chinese}_*.csv")), out / "landed")
        con.execute(VERDICTS.read_text(encoding="utf-8"))
        con.execute("CHECKPOINT floor")


def settings(out: Path) -> dict[str, str | int]:
    """What DuckDB may use, spilling into the folder `out`: the product's defaults on two cores."""
    return {"threads": 2, "memory_limit": "3GB", "temp_directory": str(out / "spill")}


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Load the reference seeds, and make the lists that `land` adds to."""
    for path in SEEDS.glob("*.csv"):
        con.execute(f"CREATE TABLE {path.stem} AS FROM read_csv('{path}', header = true, all_varchar = true)")
    con.execute(
        "CREATE TYPE org AS ENUM (SELECT org_code FROM organizations WHERE org_type <> 'target_group')"
    )
    con.execute("CREATE TYPE module AS ENUM (SELECT module_code FROM modules)")
    readings = dict(
        con.execute(
            """SELECT reading_id, option FROM readings WHERE is_active = 'true'
            AND reading_id IN (SELECT reading_id FROM readings WHERE is_active <> 'true')"""
        ).fetchall()
    )
    shipped = {"9.1.basis": "annual_new", "9.1.group_members": "group_only", "9.5.year": "every_month"}
    more = con.execute(
        """SELECT count(*) FROM (
            SELECT 1 FROM prescribed_quantities
            UNION ALL SELECT 1 FROM organizations WHERE opened_on IS NOT NULL OR closed_on IS NOT NULL
            UNION ALL SELECT 1 FROM guidance WHERE valid_from IS NOT NULL OR valid_to IS NOT NULL
            UNION ALL SELECT 1 FROM readings WHERE valid_from IS NOT NULL OR valid_to IS NOT NULL
        )"""
    ).fetchone()
    if readings != shipped or more != (0,):
        raise SystemExit("the floor knows the readings shipped alone, no prescribed quantities and no dates")
    con.execute(
        """CREATE TABLE rejected_rows (
        export_name VARCHAR, file_name VARCHAR, row_number BIGINT, reason VARCHAR)"""
    )
    con.execute(
        """CREATE TABLE landed_exports (export_name VARCHAR, export_date DATE, rows_read BIGINT,
        rows_landed BIGINT, rows_rejected BIGINT)"""
    )


def by_duckdb(con: duckdb.DuckDBPyConnection, table: Table, files: list[Path], landed: Path) -> None:
    """Land the files of an export as Parquet in the folder `landed`; its flows stay in the connection."""
    starts = [0]
    for place, file in enumerate(files):
        how = f"INSERT INTO {table.name}" if place else f"CREATE TABLE {table.name} AS"
        [[rows]] = con.execute(f"{how} {_read(table, file)}").fetchall()
        starts.append(starts[-1] + rows)
    _find_duplicates(con, table)
    names = [file.name for file in files]
    con.execute(
        f"""INSERT INTO rejected_rows
        SELECT '{table.name}', {names}[place], row_id - {starts}[place] + 1, refusal
        FROM (
            SELECT rowid AS row_id, refusal,
                len(list_filter({starts}, lambda start: start <= rowid)) AS place
            FROM {table.name} WHERE refusal IS NOT NULL
        )"""
    )
    con.execute(
        f"""INSERT INTO landed_exports
        SELECT '{table.name}', DATE '{EXPORT_DATE}', count(*), count(*) - count(refusal), count(refusal)
        FROM {table.name}"""
    )
    columns = ", ".join(table.names)
    con.execute(
        f"""COPY (SELECT {columns} FROM {table.name} WHERE refusal IS NULL)
        TO '{landed / f"{table.name}.parquet"}' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)"""
    )
    flows = [
        "org_code",
        *table.grouped,
        *(f"CAST(year({moment}) * 12 + month({moment}) AS SMALLINT) AS {month}"
          for month, moment in table.months.items()),
        *(f"sum({column}) AS {name}" for name, column in table.sums.items()),
    ]  # fmt: skip
    con.execute(
        f"""CREATE TABLE {table.name}_flows AS
        SELECT {", ".join(flows)}, count(*) AS n FROM {table.name} WHERE refusal IS NULL GROUP BY ALL"""
    )
    con.execute(f"DROP TABLE {table.name}")


def _read(table: Table, file: Path) -> str:
    """One scan of a file: typed columns and the first reason a row is refused for, but for duplicates."""
    types = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(table.width + 1))
    moments = [name for _, name, kind in table.columns if kind.lower() in ("date", "timestamp")]
    value = {name: typed(table, cell, name, kind) for cell, name, kind in table.columns}
    last = table.width - 1
    missing = [
        f"c{cell} = ''{f' OR c{cell} IS NULL' if cell == last else ''}"
        for cell, _, kind in table.columns
        if kind.isupper()
    ]
    read = ("date", "timestamp", "bigint")
    bad_format = [
        f"({name} IS NULL AND c{cell} <> '')" for cell, name, kind in table.columns if kind.lower() in read
    ]
    bad_format.append(f"c{table.width} IS NOT NULL")  # more cells than the header
    if table.columns[0][2] == "TEXT":
        bad_format.append("contains(c0, '+')")
    bad_value = [
        f"{name} IS NULL" if kind == "CHOICE" else f"{name} < 0"
        for _, name, kind in table.columns
        if kind in ("CHOICE", "BIGINT", "bigint")
    ]
    rules = {
        "missing_required": missing,
        "bad_format": bad_format,
        "bad_value": bad_value,
        "unknown_code": [f"{name} IS NULL" for _, name, kind in table.columns if kind in ("ORG", "MODULE")],
        "date_order": [f"{later} < {earlier}" for earlier, later in table.orders],
        "future_date": [f"{name} >= DATE '{EXPORT_DATE}' + 1" for name in moments],
        "status_conflict": [_lacking(*table.demanded)] if table.demanded else [],
    }
    cases = " ".join(f"WHEN {' OR '.join(tests)} THEN '{reason}'" for reason, tests in rules.items() if tests)
    return f"""
        SELECT {", ".join(value)}, CASE {cases} END AS refusal
        FROM (
            SELECT *, {", ".join(f"{sql} AS {name}" for name, sql in value.items())}
            FROM read_csv('{file}', auto_detect = false, header = false, skip = 1, delim = ',', quote = '"',
                escape = '"', null_padding = true, nullstr = '{_ABSENT}', columns = {{{types}}})
        )"""


def _lacking(needed: str, column: str, value: str | None) -> str:
    return f"{needed} IS NULL AND {column} {'IS NOT NULL' if value is None else f'= {value!r}'}"


def typed(table: Table, cell: int, name: str, kind: str) -> str:
    """A cell of the export as its landed column, in SQL; null where it cannot be read so."""
    match kind.lower():
        case "text":
            return f"c{cell}"
        case "choice":
            choices = table.choices[name]
            codes = f"ENUM ({', '.join(map(repr, choices.values()))})"
            cases = [f"WHEN '{word}' THEN CAST('{code}' AS {codes})" for word, code in choices.items()]
            return f"CASE c{cell} {' '.join(cases)} END"
        case sql_type:
            return f"try_cast(c{cell} AS {sql_type})"


def _find_duplicates(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    keys, columns = ", ".join(table.key), ", ".join(table.names)
    con.execute(
        f"""UPDATE {table.name} SET refusal = found.reason
        FROM (
            SELECT row_id, row_number() OVER in_order AS place, CASE
                WHEN row({columns}) IS NOT DISTINCT FROM first_value(row({columns})) OVER in_order
                THEN 'duplicate_row' ELSE 'duplicate_key' END AS reason
            FROM (
                SELECT rowid AS row_id, {columns} FROM {table.name}
                WHERE refusal IS NULL AND hash({keys}) IN (
                    SELECT digest FROM (
                        SELECT digest, lag(digest) OVER (ORDER BY digest) AS digest_before
                        FROM (SELECT hash({keys}) AS digest FROM {table.name} WHERE refusal IS NULL)
                    ) WHERE digest = digest_before
                )
            )
            WINDOW in_order AS (PARTITION BY {keys} ORDER BY row_id)
        ) AS found
        WHERE {table.name}.rowid = found.row_id AND found.place > 1"""
    )


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
