"""The contract's table of exports (§2), written down once more, for the oracle alone."""

from dataclasses import dataclass, field
from typing import Literal

CHANNEL = {"平台": "platform", "线下": "offline"}
SCOPE = {"省级频道": "provincial", "地方频道": "local"}
ITEM = {"在办": "open", "办结": "completed", "撤回": "withdrawn", "重复": "duplicate", "转办": "transferred"}
STATUS = {"已发布": "published", "草稿": "draft", "已取消": "cancelled"}

Kind = Literal["id", "text", "org", "module", "integer", "date", "timestamp", "list", "personal"]


@dataclass(frozen=True)
class Column:
    """One column: `kind` is the contract's type, `required` its `*`, `key` its bold print."""

    header: str
    name: str
    kind: Kind
    required: bool
    key: bool
    values: dict[str, str] = field(hash=False)


def _columns(*lines: str, **lists: dict[str, str]) -> tuple[Column, ...]:
    """Read lines of HEADER NAME KIND, the name in ** where it is a key, followed by * where required."""
    columns = []
    for line in lines:
        header, name, kind = line.split()
        required, bare = name.endswith("*"), name.strip("*")
        kind, _, values = kind.partition(":")
        columns.append(Column(header, bare, kind, required, name.startswith("**"), lists.get(values, {})))  # type: ignore[arg-type]
    return tuple(columns)


@dataclass(frozen=True)
class Spec:
    """One export of the table, with the pairs of columns that rules 5 and 7 name."""

    name: str
    chinese: str
    columns: tuple[Column, ...]
    order: tuple[tuple[str, str], ...] = ()

    @property
    def landed(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.kind != "personal")


SPECS = {
    spec.name: spec
    for spec in (
        Spec(
            "registered_users",
            "注册用户",
            _columns(
                "用户ID **user_id* id",
                "所属机构编码 org_code* org",
                "姓名 - personal",
                "手机号 - personal",
                "身份证号 - personal",
                "注册时间 registered_at* timestamp",
                "认证时间 certified_at timestamp",
                "注销时间 cancelled_at timestamp",
            ),
            (("registered_at", "certified_at"), ("registered_at", "cancelled_at")),
        ),
        Spec(
            "new_members",
            "新增会员",
            _columns(
                "会员ID **member_id* id",
                "所属机构编码 org_code* org",
                "姓名 - personal",
                "身份证号 - personal",
                "入会日期 joined_on* date",
                "办理方式 channel* list:channel",
                channel=CHANNEL,
            ),
        ),
        Spec(
            "new_unions",
            "新建基层工会",
            _columns(
                "组织ID **union_id* id",
                "所属机构编码 org_code* org",
                "组织名称 union_name* text",
                "成立日期 founded_on* date",
                "办理方式 channel* list:channel",
                channel=CHANNEL,
            ),
        ),
        Spec(
            "cadres",
            "工会干部",
            _columns(
                "干部ID **cadre_id* id",
                "所属机构编码 org_code* org",
                "姓名 - personal",
                "手机号 - personal",
                "录入日期 entered_on* date",
                "离任日期 left_on date",
            ),
            (("entered_on", "left_on"),),
        ),
        Spec(
            "workflow_items",
            "办件",
            _columns(
                "办件编号 **item_id* id",
                "机构编码 org_code* org",
                "模块编码 module_code* module",
                "受理时间 accepted_at* timestamp",
                "办理方式 channel* list:channel",
                "状态 status* list:status",
                "办结时间 completed_at timestamp",
                channel=CHANNEL,
                status=ITEM,
            ),
            (("accepted_at", "completed_at"),),
        ),
        Spec(
            "articles",
            "信息发布",
            _columns(
                "稿件ID **article_id* id",
                "机构编码 org_code* org",
                "频道 channel_scope* list:scope",
                "标题 title* text",
                "发布时间 published_at* timestamp",
                "撤稿时间 withdrawn_at timestamp",
                scope=SCOPE,
            ),
            (("published_at", "withdrawn_at"),),
        ),
        Spec(
            "channel_visits",
            "频道访问",
            _columns(
                "机构编码 **org_code* org",
                "日期 **visited_on* date",
                "访问量 page_views* integer",
                "访客数 visitors integer",
            ),
        ),
        Spec(
            "benefit_services",
            "普惠服务",
            _columns(
                "服务ID **service_id* id",
                "机构编码 org_code* org",
                "服务名称 service_name* text",
                "上线日期 launched_on* date",
                "状态 status* list:status",
                status=STATUS,
            ),
        ),
        Spec(
            "activities",
            "工会活动",
            _columns(
                "活动ID **activity_id* id",
                "机构编码 org_code* org",
                "活动名称 activity_name* text",
                "开始日期 started_on* date",
                "状态 status* list:status",
                status=STATUS,
            ),
        ),
        Spec(
            "process_applications",
            "业务上网",
            _columns(
                "业务ID **process_id* id",
                "部门编码 org_code* org",
                "业务名称 process_name* text",
                "申请日期 applied_on* date",
                "审议通过日期 approved_on date",
                "上网日期 onlined_on date",
            ),
            (("applied_on", "approved_on"), ("approved_on", "onlined_on")),
        ),
        Spec(
            "promotion_plans",
            "推广计划",
            _columns(
                "机构编码 **org_code* org",
                "年度 **plan_year* integer",
                "制定日期 adopted_on* date",
            ),
        ),
    )
}
