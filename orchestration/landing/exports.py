"""The eleven exports as data: columns, types and rules (contract §2, table of exports)."""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "code", "choice", "integer", "date", "timestamp"]
CodeList = Literal["orgs", "modules"]

SQL_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "choice": "VARCHAR",
    "integer": "BIGINT",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}


@dataclass(frozen=True)
class Column:
    """One column of an export. A personal column has no landed name: it is dropped while reading."""

    header: str
    name: str
    type: ColumnType = "text"
    required: bool = False
    key: bool = False
    personal: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    codes: CodeList | None = None
    least: int = 0
    most: int | None = None
    """The range of an integer."""
    other_headers: tuple[str, ...] = ()
    other_words: tuple[tuple[str, str], ...] = ()
    """What a cell may say instead of a listed word or a code, and what it lands as (spellings.py)."""

    @property
    def sql_type(self) -> str:
        """The type it lands as."""
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Order:
    """`later` must not be before `earlier`, where both are given; else `date_order`."""

    earlier: str
    later: str


@dataclass(frozen=True)
class GivenWhen:
    """`column` is given where `status` has `value`, and may be elsewhere; else `status_conflict`."""

    column: str
    status: str
    value: str


@dataclass(frozen=True)
class GivenOnlyWith:
    """`column` is given only where `other` is given too; else `status_conflict`."""

    column: str
    other: str


@dataclass(frozen=True)
class Export:
    """One kind of export: `chinese` is the NAME of its files, `name` the name of its landed table."""

    name: str
    chinese: str
    columns: tuple[Column, ...]
    date_order: tuple[Order, ...] = ()
    conflicts: tuple[GivenWhen | GivenOnlyWith, ...] = ()
    other_names: tuple[str, ...] = ()

    @property
    def landed(self) -> tuple[Column, ...]:
        """The columns that land; they are also the ones a header must have."""
        return tuple(column for column in self.columns if not column.personal)

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns whose values together occur once in a snapshot."""
        return tuple(column for column in self.columns if column.key)

    @property
    def moments(self) -> tuple[Column, ...]:
        """The date and timestamp columns; none may lie after the export date's day."""
        return tuple(column for column in self.landed if column.type in ("date", "timestamp"))

    def column(self, name: str) -> Column:
        """The landed column of that name; KeyError where there is none."""
        return {column.name: column for column in self.landed}[name]


def _key(header: str, name: str) -> Column:
    return Column(header, name, required=True, key=True)


def _org(header: str, *, key: bool = False) -> Column:
    return Column(header, "org_code", "code", required=True, key=key, codes="orgs")


def _choice(header: str, name: str, choices: tuple[tuple[str, str], ...]) -> Column:
    return Column(header, name, "choice", required=True, choices=choices)


def _personal(header: str) -> Column:
    return Column(header, "", personal=True)


CHANNEL = (("平台", "platform"), ("线下", "offline"))
CHANNEL_SCOPE = (("省级频道", "provincial"), ("地方频道", "local"))
ITEM_STATUS = (
    ("在办", "open"),
    ("办结", "completed"),
    ("撤回", "withdrawn"),
    ("重复", "duplicate"),
    ("转办", "transferred"),
)
PUBLICATION_STATUS = (("已发布", "published"), ("草稿", "draft"), ("已取消", "cancelled"))

RAW_EXPORTS: tuple[Export, ...] = (
    Export(
        "registered_users",
        "注册用户",
        (
            _key("用户ID", "user_id"),
            _org("所属机构编码"),
            _personal("姓名"),
            _personal("手机号"),
            _personal("身份证号"),
            Column("注册时间", "registered_at", "timestamp", required=True),
            Column("认证时间", "certified_at", "timestamp"),
            Column("注销时间", "cancelled_at", "timestamp"),
        ),
        date_order=(Order("registered_at", "certified_at"), Order("registered_at", "cancelled_at")),
    ),
    Export(
        "new_members",
        "新增会员",
        (
            _key("会员ID", "member_id"),
            _org("所属机构编码"),
            _personal("姓名"),
            _personal("身份证号"),
            Column("入会日期", "joined_on", "date", required=True),
            _choice("办理方式", "channel", CHANNEL),
        ),
    ),
    Export(
        "new_unions",
        "新建基层工会",
        (
            _key("组织ID", "union_id"),
            _org("所属机构编码"),
            Column("组织名称", "union_name", required=True),
            Column("成立日期", "founded_on", "date", required=True),
            _choice("办理方式", "channel", CHANNEL),
        ),
    ),
    Export(
        "cadres",
        "工会干部",
        (
            _key("干部ID", "cadre_id"),
            _org("所属机构编码"),
            _personal("姓名"),
            _personal("手机号"),
            Column("录入日期", "entered_on", "date", required=True),
            Column("离任日期", "left_on", "date"),
        ),
        date_order=(Order("entered_on", "left_on"),),
    ),
    Export(
        "workflow_items",
        "办件",
        (
            _key("办件编号", "item_id"),
            _org("机构编码"),
            Column("模块编码", "module_code", "code", required=True, codes="modules"),
            Column("受理时间", "accepted_at", "timestamp", required=True),
            _choice("办理方式", "channel", CHANNEL),
            _choice("状态", "status", ITEM_STATUS),
            Column("办结时间", "completed_at", "timestamp"),
        ),
        date_order=(Order("accepted_at", "completed_at"),),
        conflicts=(GivenWhen("completed_at", "status", "completed"),),
    ),
    Export(
        "articles",
        "信息发布",
        (
            _key("稿件ID", "article_id"),
            _org("机构编码"),
            _choice("频道", "channel_scope", CHANNEL_SCOPE),
            Column("标题", "title", required=True),
            Column("发布时间", "published_at", "timestamp", required=True),
            Column("撤稿时间", "withdrawn_at", "timestamp"),
        ),
        date_order=(Order("published_at", "withdrawn_at"),),
    ),
    Export(
        "channel_visits",
        "频道访问",
        (
            _org("机构编码", key=True),
            Column("日期", "visited_on", "date", required=True, key=True),
            Column("访问量", "page_views", "integer", required=True),
            Column("访客数", "visitors", "integer"),
        ),
    ),
    Export(
        "benefit_services",
        "普惠服务",
        (
            _key("服务ID", "service_id"),
            _org("机构编码"),
            Column("服务名称", "service_name", required=True),
            Column("上线日期", "launched_on", "date", required=True),
            _choice("状态", "status", PUBLICATION_STATUS),
        ),
    ),
    Export(
        "activities",
        "工会活动",
        (
            _key("活动ID", "activity_id"),
            _org("机构编码"),
            Column("活动名称", "activity_name", required=True),
            Column("开始日期", "started_on", "date", required=True),
            _choice("状态", "status", PUBLICATION_STATUS),
        ),
    ),
    Export(
        "process_applications",
        "业务上网",
        (
            _key("业务ID", "process_id"),
            _org("部门编码"),
            Column("业务名称", "process_name", required=True),
            Column("申请日期", "applied_on", "date", required=True),
            Column("审议通过日期", "approved_on", "date"),
            Column("上网日期", "onlined_on", "date"),
        ),
        date_order=(Order("applied_on", "approved_on"), Order("approved_on", "onlined_on")),
        conflicts=(GivenOnlyWith("onlined_on", "approved_on"),),
    ),
    Export(
        "promotion_plans",
        "推广计划",
        (
            _org("机构编码", key=True),
            Column("年度", "plan_year", "integer", required=True, key=True, least=2000, most=2100),
            Column("制定日期", "adopted_on", "date", required=True),
        ),
    ),
)
