"""What a check may find, made by hand: files that land, that do not, and what is passed over."""

from datetime import date, datetime
from io import StringIO

from rich.console import Console

from orchestration.landing import Fault, Inspection
from orchestration.landing.bench import Form
from orchestration.landing.encodings import Encoding
from orchestration.landing.inspection import (
    FoundColumn,
    InspectedFile,
    InspectedPart,
    InspectedSnapshot,
    RefusedRows,
    UnknownSpelling,
)
from orchestration.landing.outcome import HeaderMiss, LandedSnapshot, Notice
from orchestration.operating.inspected.screen import screen

COLUMNS = (
    FoundColumn("干部ID", "cadre_id", "干部ID"),
    FoundColumn("所属机构编码", "org_code", "机构"),
    FoundColumn("姓名", "", "姓名"),
    FoundColumn("手机号", "", None),
    FoundColumn("录入日期", "entered_on", "录入日期"),
    FoundColumn("离任日期", "left_on", None),
)
REFUSED = (
    RefusedRows("bad_format", "entered_on", "录入日期", 1200, (1200, 1300, 1400, 1500)),
    RefusedRows("duplicate_row", "", "", 3, (7, 9, 1250)),
)
TEXT = InspectedFile(
    "工会干部_20210302_1.csv",
    "csv",
    Form("text", Encoding("gb18030", damaged=True), ";"),
    (InspectedPart(None, 2, COLUMNS, 12_345, REFUSED),),
    None,
)
BOOK = InspectedFile(
    "工会干部_20210302_2.csv",
    "csv",
    Form("xlsx"),
    (InspectedPart("一览", 1, COLUMNS[:1], 10, ()),),
    None,
)
UNKNOWN = (
    UnknownSpelling("org_code", "所属机构编码", "自贡总工", 1100, "自贡市总工会"),
    UnknownSpelling("org_code", "所属机构编码", "某某", 2, None),
)


def landed(rows: int) -> LandedSnapshot:
    """A snapshot in force, of so many rows."""
    day = date(2021, 2, 1)
    return LandedSnapshot("cadres", day, rows, rows, 0, (), datetime(2021, 2, 1, 8), "x")


SOUND = InspectedSnapshot(
    "cadres",
    "工会干部",
    date(2021, 3, 2),
    "工会干部_20210302",
    (TEXT, BOOK),
    11_142,
    1_203,
    UNKNOWN,
    (),
    landed(9_000),
)

MISSING = Fault(
    "missing_columns",
    "推广计划_20210302.csv",
    "the header lacks 年度",
    HeaderMiss(("年度", "制定日期"), (), (("年度", "年份"),), ("年份", "", "备注")),
)
HEADLESS = InspectedSnapshot(
    "promotion_plans",
    "推广计划",
    date(2021, 3, 2),
    "推广计划_20210302",
    (InspectedFile("推广计划_20210302.csv", "csv", None, (), MISSING),),
    None,
    None,
    (),
    (MISSING,),
    None,
)
REJECTED = Fault("too_many_rejects", "新增会员_20210302", "600 of 10000 rows refused")
MUCH_REFUSED = InspectedSnapshot(
    "new_members",
    "新增会员",
    date(2021, 3, 2),
    "新增会员_20210302",
    (InspectedFile("新增会员_20210302.csv", "csv", Form("text", Encoding("utf-8"), ","), (), None),),
    9_400,
    600,
    (),
    (REJECTED,),
    None,
)
NAMELESS = Fault("unknown_export", "通讯录_20210302.csv", "no export is called so")

ALL_SOUND = Inspection((SOUND,), (), (), ())
MIXED = Inspection(
    (SOUND, HEADLESS, MUCH_REFUSED),
    ("办件_20210302",),
    (Notice("旧", "not_a_file"), Notice("工会干部_20210101.csv", "older", "工会干部_20210302")),
    (REJECTED, MISSING, NAMELESS),
)


def on_screen(found: Inspection, wrong: str | None = None, width: int = 100) -> list[str]:
    """The lines of a screen as wide as that."""
    said = StringIO()
    Console(width=width, file=said).print(screen(found, wrong))
    return [line.rstrip() for line in said.getvalue().splitlines()]
