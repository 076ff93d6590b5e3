"""The eleven exports of a province that does not exist, as SQL expressions of a row's number.

Every cell is a function of the row's number alone, through DuckDB's `hash` (the same in every run of the
pinned version), so any row can be made at any time, in any order, and again. Nobody in it could be a real
person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

FIRST_SECOND = 1_514_764_800  # 2018-01-01 00:00:00
LAST_SECOND = 1_672_531_199  # 2022-12-31 23:59:59
DAYS = (LAST_SECOND - FIRST_SECOND) // 86_400 + 1
SPAN = DAYS * 86_400

NAME, PHONE, IDENTITY = "'匿名'", "'00000000000'", "'000000000000000000'"
FUTURE = "'2023-02-01'"
NO_DAY = "'2021-02-30'"


@dataclass(frozen=True)
class Flaw:
    """One way to be refused: the cells that are written instead, by header.

    A `short` row lacks its last cell, a `long` one has one too many. A duplicate takes its key, or all its
    cells, from an earlier row.
    """

    reason: str
    cells: Mapping[str, str] = field(default_factory=dict)
    short: bool = False
    long: bool = False


DUPLICATES = (Flaw("duplicate_row"), Flaw("duplicate_key"))


@dataclass(frozen=True)
class Synthetic:
    """One export: its rows at scale 1, its cells by header, and the flaws that its bad rows take in turn.

    Expressions may use `key_seed`, `seed` (row numbers), what `layers` define, and the macros of generate.py.
    `most_rows` bounds exports that have no more keys; those of fixed size have the same rows at every scale.
    """

    chinese: str
    rows: int
    layers: tuple[str, ...]
    cells: Mapping[str, str]
    flaws: tuple[Flaw, ...]
    parts: int = 1
    most_rows: int | None = None
    fixed: bool = False


def _unknown(header: str) -> tuple[Flaw, ...]:
    return Flaw("unknown_code", {header: "'999999'"}), Flaw("unknown_code", {header: "'QT00'"})


def _missing(*headers: str) -> tuple[Flaw, ...]:
    return tuple(Flaw("missing_required", {header: "''"}) for header in headers)


_ANYWHERE = "CASE WHEN rnd(seed, 11, 100) < 20 THEN departments(seed) ELSE locals(seed) END AS org"
_DAY = f"{FIRST_SECOND // 86_400} + rnd(seed, 2, {DAYS}) AS day"
_CHANNEL = "CASE WHEN rnd(seed, 5, 100) < 25 + share(org, 5, 74) THEN '平台' ELSE '线下' END"
_PUBLISHED = (
    "CASE WHEN rnd(seed, 6, 100) < 85 THEN '已发布' WHEN rnd(seed, 6, 100) < 95 THEN '草稿' ELSE '已取消' END"
)

EXPORTS: dict[str, Synthetic] = {
    "registered_users": Synthetic(
        "注册用户",
        6_481_000,
        (
            "unit_slot(seed) AS slot",
            "getvariable('slot_orgs')[slot] AS org",
            # Every other org has some users from before the first year of the annexes.
            f"""CASE WHEN share(org, 3, 2) = 0 AND rnd(seed, 3, 100) < 3
                THEN {FIRST_SECOND} + rnd(seed, 4, 63072000)
                ELSE getvariable('slot_starts')[slot] + rnd(seed, 4, 31536000) END AS registered""",
            """CASE WHEN rnd(seed, 5, 100) < 30 + share(org, 5, 66)
                THEN registered + rnd(seed, 6, 17280000) END AS certified""",
            "CASE WHEN rnd(seed, 7, 100) < 3 THEN registered + rnd(seed, 8, 60480000) END AS cancelled",
        ),
        {
            "用户ID": "'U' || (10000000000 + key_seed)",
            "所属机构编码": "org",
            "姓名": NAME,
            "手机号": PHONE,
            "身份证号": IDENTITY,
            "注册时间": "moment(registered, seed)",
            "认证时间": "moment(certified, seed)",
            "注销时间": "moment(cancelled, seed)",
        },
        (
            *_missing("用户ID", "所属机构编码", "注册时间"),
            Flaw("bad_format", {"用户ID": "'5.1E+17'"}),
            Flaw("bad_format", {"注册时间": f"{NO_DAY} || ' 10:00:00'"}),
            Flaw("bad_format", {"认证时间": "'昨天'"}),
            Flaw("bad_format", long=True),
            *_unknown("所属机构编码"),
            Flaw("date_order", {"认证时间": "'2017-12-31 23:59:59'"}),
            Flaw("date_order", {"注销时间": "'2017-12-31 23:59:59'"}),
            Flaw("future_date", {"注册时间": FUTURE, "认证时间": "''", "注销时间": "''"}),
            Flaw("future_date", {"注销时间": f"{FUTURE} || ' 08:00:00'"}),
            *DUPLICATES,
        ),
    ),
    "workflow_items": Synthetic(
        "办件",
        20_000_000,
        (
            _ANYWHERE,
            "module(seed) AS module",
            f"{FIRST_SECOND} + rnd(seed, 2, {SPAN}) AS accepted",
            """CASE WHEN rnd(seed, 3, 1000) < 850 + share(org || module, 3, 145)
                THEN accepted + rnd(seed, 4, 5184000) END AS ended""",
            f"CASE WHEN ended <= {LAST_SECOND} AND rnd(seed, 7, 100) >= 4 THEN ended END AS completed",
        ),
        {
            "办件编号": "'BJ' || (100000000000 + key_seed)",
            "机构编码": "org",
            "模块编码": "module",
            "受理时间": "moment(accepted, seed)",
            "办理方式": """CASE WHEN rnd(seed, 5, 100) < 40 + share(org || module, 5, 59)
                THEN '平台' ELSE '线下' END""",
            # One in some hundreds of the completed was reopened, and keeps its time.
            "状态": """CASE WHEN completed IS NOT NULL AND rnd(seed, 8, 300) = 0 THEN '在办'
                WHEN completed IS NOT NULL THEN '办结' WHEN rnd(seed, 7, 100) >= 4 THEN '在办'
                WHEN rnd(seed, 7, 100) >= 2 THEN '撤回' WHEN rnd(seed, 7, 100) >= 1 THEN '重复'
                ELSE '转办' END""",
            "办结时间": "moment(completed, seed)",
        },
        (
            *_missing("办件编号", "机构编码", "模块编码", "受理时间", "办理方式", "状态"),
            Flaw("bad_format", {"受理时间": f"{NO_DAY} || ' 10:00:00'"}),
            Flaw("bad_format", {"办结时间": "'明天'"}),
            Flaw("bad_format", long=True),
            Flaw("bad_value", {"办理方式": "'电话'"}),
            Flaw("bad_value", {"状态": "'不详'"}),
            *_unknown("机构编码"),
            Flaw("unknown_code", {"模块编码": "'YW99'"}),
            Flaw("date_order", {"状态": "'办结'", "办结时间": "'2017-12-31 23:59:59'"}),
            Flaw("future_date", {"状态": "'办结'", "办结时间": FUTURE}),
            Flaw("status_conflict", {"状态": "'办结'", "办结时间": "''"}),
            *DUPLICATES,
        ),
        parts=2,
    ),
    "new_members": Synthetic(
        "新增会员",
        2_000_000,
        ("locals(seed) AS org", _DAY),
        {
            "会员ID": "'M' || (10000000000 + key_seed)",
            "所属机构编码": "org",
            "姓名": NAME,
            "身份证号": IDENTITY,
            "入会日期": "date_cell(day, seed)",
            "办理方式": _CHANNEL,
        },
        (
            *_missing("会员ID", "所属机构编码", "入会日期", "办理方式"),
            Flaw("bad_format", {"入会日期": NO_DAY}),
            # Its last cell is a required one, and absent.
            Flaw("missing_required", short=True),
            Flaw("bad_value", {"办理方式": "'电话'"}),
            *_unknown("所属机构编码"),
            Flaw("future_date", {"入会日期": FUTURE}),
            *DUPLICATES,
        ),
    ),
    "new_unions": Synthetic(
        "新建基层工会",
        60_000,
        ("locals(seed) AS org", _DAY),
        {
            "组织ID": "'Z' || (10000000000 + key_seed)",
            "所属机构编码": "org",
            "组织名称": "'样例基层工会第' || seed || '号'",
            "成立日期": "date_cell(day, seed)",
            "办理方式": _CHANNEL,
        },
        (
            *_missing("组织ID", "组织名称", "办理方式"),
            Flaw("bad_format", {"成立日期": NO_DAY}),
            Flaw("bad_value", {"办理方式": "'电话'"}),
            *_unknown("所属机构编码"),
            Flaw("future_date", {"成立日期": FUTURE}),
            *DUPLICATES,
        ),
    ),
    "cadres": Synthetic(
        "工会干部",
        150_000,
        (
            "locals(seed) AS org",
            _DAY,
            "CASE WHEN rnd(seed, 3, 100) < 10 THEN day + rnd(seed, 4, 400) END AS left_day",
        ),
        {
            "干部ID": "'G' || (10000000000 + key_seed)",
            "所属机构编码": "org",
            "姓名": NAME,
            "手机号": PHONE,
            "录入日期": "date_cell(day, seed)",
            "离任日期": "date_cell(left_day, seed)",
        },
        (
            *_missing("干部ID", "录入日期"),
            Flaw("bad_format", {"离任日期": NO_DAY}),
            Flaw("bad_format", long=True),
            *_unknown("所属机构编码"),
            Flaw("date_order", {"离任日期": "'2017-12-31'"}),
            Flaw("future_date", {"离任日期": FUTURE}),
            *DUPLICATES,
        ),
    ),
    "articles": Synthetic(
        "信息发布",
        250_000,
        (
            # The lesser of two draws: the first orgs publish the most.
            """CASE WHEN rnd(seed, 11, 100) < 15 THEN departments(seed)
                ELSE getvariable('local_orgs')[1 + least(rnd(seed, 12, len(getvariable('local_orgs'))),
                    rnd(seed, 13, len(getvariable('local_orgs'))))] END AS org""",
            f"{FIRST_SECOND} + rnd(seed, 2, {SPAN}) AS published",
            "CASE WHEN rnd(seed, 3, 100) < 2 THEN published + rnd(seed, 4, 7776000) END AS withdrawn",
        ),
        {
            "稿件ID": "'X' || (10000000000 + key_seed)",
            "机构编码": "org",
            "频道": "CASE WHEN rnd(seed, 11, 100) < 20 THEN '省级频道' ELSE '地方频道' END",
            "标题": """CASE WHEN rnd(seed, 5, 50) = 0 THEN '"关于“网上工会”,""样例""的通知' || seed || '"'
                ELSE '工作动态第' || seed || '期' END""",
            "发布时间": "moment(published, seed)",
            "撤稿时间": "moment(withdrawn, seed)",
        },
        (
            *_missing("稿件ID", "机构编码", "标题", "发布时间"),
            Flaw("bad_format", {"发布时间": f"{NO_DAY} || ' 10:00:00'"}),
            Flaw("bad_format", long=True),
            Flaw("bad_value", {"频道": "'头条'"}),
            *_unknown("机构编码"),
            Flaw("date_order", {"撤稿时间": "'2017-12-31 23:59:59'"}),
            Flaw("future_date", {"发布时间": FUTURE, "撤稿时间": "''"}),
            *DUPLICATES,
        ),
    ),
    "channel_visits": Synthetic(
        "频道访问",
        100_000,
        (),
        {
            "机构编码": "getvariable('local_orgs')[1 + key_seed % len(getvariable('local_orgs'))]",
            "日期": f"""date_cell(
                {LAST_SECOND // 86_400} - key_seed // len(getvariable('local_orgs')), seed)""",
            "访问量": "CAST(100 + rnd(seed, 3, 9000) + seed % 997 AS VARCHAR)",
            "访客数": """CASE WHEN rnd(seed, 4, 10) = 0 THEN ''
                ELSE CAST(1 + rnd(seed, 3, 900) AS VARCHAR) END""",
        },
        (
            *_missing("机构编码", "访问量"),
            Flaw("bad_format", {"日期": NO_DAY}),
            Flaw("bad_format", {"访问量": "'很多'"}),
            Flaw("bad_format", long=True),
            Flaw("bad_value", {"访问量": "'-5'"}),
            *_unknown("机构编码"),
            Flaw("future_date", {"日期": FUTURE}),
            *DUPLICATES,
        ),
        most_rows=92 * DAYS,
    ),
    "benefit_services": Synthetic(
        "普惠服务",
        20_000,
        (_ANYWHERE, _DAY),
        {
            "服务ID": "'P' || (10000000000 + key_seed)",
            "机构编码": "org",
            "服务名称": "'样例服务' || seed",
            "上线日期": "date_cell(day, seed)",
            "状态": _PUBLISHED,
        },
        (
            *_missing("服务ID", "服务名称"),
            Flaw("bad_format", {"上线日期": NO_DAY}),
            Flaw("bad_value", {"状态": "'不详'"}),
            *_unknown("机构编码"),
            Flaw("future_date", {"上线日期": FUTURE}),
            *DUPLICATES,
        ),
    ),
    "activities": Synthetic(
        "工会活动",
        40_000,
        (_ANYWHERE, _DAY),
        {
            "活动ID": "'H' || (10000000000 + key_seed)",
            "机构编码": "org",
            "活动名称": "'样例活动' || seed",
            "开始日期": "date_cell(day, seed)",
            "状态": _PUBLISHED,
        },
        (
            *_missing("活动ID", "开始日期"),
            Flaw("bad_format", {"开始日期": NO_DAY}),
            Flaw("bad_value", {"状态": "'不详'"}),
            *_unknown("机构编码"),
            Flaw("future_date", {"开始日期": FUTURE}),
            *DUPLICATES,
        ),
    ),
    "process_applications": Synthetic(
        "业务上网",
        320,
        (
            "departments(seed) AS org",
            _DAY,
            f"least(day + rnd(seed, 4, 60), {LAST_SECOND // 86_400}) AS approved_by",
            "CASE WHEN rnd(seed, 3, 100) < 90 THEN approved_by END AS approved",
            f"""CASE WHEN rnd(seed, 5, 100) < 95 AND approved + rnd(seed, 6, 60) <= {LAST_SECOND // 86_400}
                THEN approved + rnd(seed, 6, 60) END AS onlined""",
        ),
        {
            "业务ID": "'Y' || (10000000000 + key_seed)",
            "部门编码": "org",
            "业务名称": "'样例业务' || seed",
            "申请日期": "date_cell(day, seed)",
            "审议通过日期": "date_cell(approved, seed)",
            "上网日期": "date_cell(onlined, seed)",
        },
        (
            *_missing("业务ID", "业务名称"),
            Flaw("bad_format", {"申请日期": NO_DAY}),
            *_unknown("部门编码"),
            Flaw("date_order", {"审议通过日期": "'2017-12-31'", "上网日期": "''"}),
            Flaw("future_date", {"审议通过日期": "'2022-12-31'", "上网日期": FUTURE}),
            Flaw("status_conflict", {"审议通过日期": "''", "上网日期": "'2022-12-31'"}),
            *DUPLICATES,
        ),
        fixed=True,
    ),
    "promotion_plans": Synthetic(
        "推广计划",
        500,
        ("2018 + key_seed // len(getvariable('all_orgs')) AS plan_year",),
        {
            "机构编码": "getvariable('all_orgs')[1 + key_seed % len(getvariable('all_orgs'))]",
            "年度": "CAST(plan_year AS VARCHAR)",
            # Other rows, other days; some plans come after the year's end, when they no longer count.
            "制定日期": f"date_cell({FIRST_SECOND // 86_400} + (seed // 105) * 365 + (seed * 7) % 366, seed)",
        },
        (
            *_missing("年度", "制定日期"),
            Flaw("bad_format", {"年度": "'今年'"}),
            Flaw("bad_format", {"制定日期": NO_DAY}),
            Flaw("bad_value", {"年度": "'-2020'"}),
            *_unknown("机构编码"),
            Flaw("future_date", {"制定日期": FUTURE}),
            *DUPLICATES,
        ),
        fixed=True,
    ),
}
