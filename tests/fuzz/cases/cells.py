# ruff: noqa: E501  (tables: a case a line)
"""Single cells of a CSV file and what the contract says that they mean: a value, or a reason."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class CellCase:
    """A cell of an otherwise valid row, and what it lands as, or the reason that the row is refused for."""

    column: str
    """EXPORT.COLUMN"""
    cell: str
    expected: Any
    others: tuple[tuple[str, str], ...] = ()
    """Other cells of the row, by landed name."""


class Reason(str):
    """A reason to refuse a row."""


MISSING, FORMAT, VALUE = Reason("missing_required"), Reason("bad_format"), Reason("bad_value")
UNKNOWN, ORDER, FUTURE = Reason("unknown_code"), Reason("date_order"), Reason("future_date")
CONFLICT = Reason("status_conflict")
DAY = date(2020, 3, 5)
MIDNIGHT = datetime(2020, 3, 5)


def _cells(column: str, expected: dict[str, Any], **others: str) -> list[CellCase]:
    return [CellCase(column, cell, value, tuple(others.items())) for cell, value in expected.items()]


_BLANKS = ["", "-", "--", "—", "——", "/", "\\N", "NULL", "null", "(null)", "N/A", "n/a", "无", "暂无"]
_SPACES = ["\t", " \u3000", "\xa0", "\u2003", "\u200b", "\ufeff ", " \u200d\u2060 "]

CELLS = [
    # "Cells are read forgivingly: white space of any kind and zero-width characters around them go; blank are"
    *_cells("new_members.joined_on", dict.fromkeys(_BLANKS, MISSING)),
    *_cells("articles.title", {f" {blank}\u3000": MISSING for blank in _BLANKS}),
    *_cells("cadres.left_on", dict.fromkeys(_BLANKS)),
    *_cells("articles.title", {f"{space}某稿{space}": "某稿" for space in _SPACES}),
    *_cells("new_members.channel", {f"{space}平台{space}": "platform" for space in _SPACES}),
    *_cells("new_members.joined_on", {f"{space}2020-03-05{space}": DAY for space in _SPACES}),
    *_cells("articles.article_id", {f"{space}K9{space}": "K9" for space in _SPACES}),
    # "In header, code, number, date and listed-value cells, and in keys, ="…" is what it quotes and a leading
    # apostrophe goes"
    *_cells(
        "new_unions.org_code", {'="A1"': "A1", "'510100": "510100", '="0816"': "510100", '=" A1 "': "A1"}
    ),
    *_cells("channel_visits.page_views", {'="12"': 12, "'12": 12, '="1,234"': 1234}),
    *_cells("new_members.joined_on", {'="2020-03-05"': DAY, "'2020-03-05": DAY}),
    *_cells("new_members.channel", {'="线下"': "offline", "'线下": "offline"}),
    *_cells("new_members.member_id", {'="00123"': "00123", "'00123": "00123"}),
    *_cells("new_members.joined_on", {'=""': MISSING, "'": MISSING, '="-"': MISSING}),
    # "Other text (ids, titles, names) is kept as it is"
    *_cells(
        "articles.title", {'="某稿"': '="某稿"', "'某稿": "'某稿", "Ａ１": "Ａ１", "a\u200bb": "a\u200bb"}
    ),
    *_cells("articles.title", {"－": "－", "12.0": "12.0", "=1+1": "=1+1", "a\nb": "a\nb", 'x"y': 'x"y'}),
    *_cells("articles.article_id", {"Ｋ１": "Ｋ１", "510100.0": "510100.0", "K\u200b1": "K\u200b1"}),
    # "in header, code, number, date and listed-value cells full-width characters count as half-width and
    # zero-width ones go anywhere"
    *_cells("new_unions.org_code", {"Ａ１": "A1", "５１０１００": "510100", "5101\u200b00": "510100"}),
    *_cells("new_unions.org_code", {"－": MISSING, "Ｎ／Ａ": MISSING, "（ｎｕｌｌ）": MISSING}),
    *_cells("channel_visits.page_views", {"１２": 12, "1\u200b2": 12, "１，２３４": 1234}),
    *_cells("new_members.joined_on", {"２０２０-0３-05": DAY, "2020\u200b-03-05": DAY, "2020／3／5": DAY}),
    *_cells("new_members.channel", {"平\u200b台": "platform"}),
    # "A number cell 510100.0 is the text 510100, and 1,234 is 1234" and "In code and number cells the text
    # 510100.0 is 510100, too"
    *_cells("new_unions.org_code", {"510100.0": "510100"}),
    *_cells("channel_visits.page_views", {"7": 7, "0": 0, "12.0": 12, "1,234": 1234, "1,234,567": 1234567}),
    *_cells(
        "channel_visits.page_views", {"1.5": FORMAT, "x": FORMAT, "12 34": FORMAT, "-1": VALUE, "": MISSING}
    ),
    *_cells("channel_visits.visitors", {"": None, "-": None, "x": FORMAT, "-3": VALUE}),
    *_cells(
        "promotion_plans.plan_year",
        {"2000": 2000, "2100": 2100, "1999": VALUE, "2101": VALUE, "２０２０": 2020},
    ),
    # "and so is a text like 5.1E+17 in a key"
    *_cells("articles.article_id", {"5.1E+17": FORMAT}),
    *_cells("articles.title", {"5.1E+17": "5.1E+17"}),
    *_cells("new_unions.org_code", {"5.1E+17": UNKNOWN}),
    *_cells("channel_visits.org_code", {"5.1E+17": FORMAT}),
    # "Dates: …"
    *_cells(
        "new_members.joined_on",
        dict.fromkeys(("2020-03-05", "2020/3/5", "2020.3.5", "20200305", "2020年3月5日"), DAY),
    ),
    *_cells(
        "new_members.joined_on", {"2020-02-30": FORMAT, "2020": FORMAT, "5/3/2020": FORMAT, "昨天": FORMAT}
    ),
    *_cells(
        "new_members.joined_on", {"2020-02-29": date(2020, 2, 29), "2019-02-29": FORMAT, "43895": FORMAT}
    ),
    *_cells(
        "articles.published_at",
        {
            "2020-03-05": MIDNIGHT,
            "2020-03-05 9:08": datetime(2020, 3, 5, 9, 8),
            "2020/3/5 09:08:00": datetime(2020, 3, 5, 9, 8),
            "2020-03-05T09:08:07.999": datetime(2020, 3, 5, 9, 8, 7),
            "20200305 9:08": datetime(2020, 3, 5, 9, 8),
            "2020年3月5日 上午9:08": datetime(2020, 3, 5, 9, 8),
            "2020.3.5 下午 3:05:00": datetime(2020, 3, 5, 15, 5),
            "2020-03-05 下午12:30": datetime(2020, 3, 5, 12, 30),
            "2020-03-05 上午12:30": datetime(2020, 3, 5, 0, 30),
            "2020-12-31 24:00": datetime(2021, 1, 1),
            "2020-03-05T16:00:00Z": datetime(2020, 3, 6),
            "2020-03-05T09:08:00+08:00": datetime(2020, 3, 5, 9, 8),
            "2020-03-05T09:08+00:00": datetime(2020, 3, 5, 17, 8),
            "2020-03-05T23:08:00-01:30": datetime(2020, 3, 6, 8, 38),
            "２０２０－03－05　９：０８": datetime(2020, 3, 5, 9, 8),
            "2020-03-05 25:00": FORMAT,
            "2020-03-05 24:01": FORMAT,
            "2020-03-05 9:60": FORMAT,
            "2020-03-05 9:08:60": FORMAT,
            "2020-03-05 9点": FORMAT,
        },
    ),
    # "a time in a date column is dropped", "A moment with 24:00 or an offset becomes a Beijing instant first"
    *_cells(
        "new_members.joined_on",
        {
            "2020-03-05 23:59:59": DAY,
            "2020-03-04 24:00": DAY,
            "2020-03-04T16:00:00Z": DAY,
            "2020-03-05T00:30:00+09:00": date(2020, 3, 4),
            "2020-03-05 下午11:59": DAY,
            "2020-03-05 25:00": FORMAT,
        },
    ),
    # "In a date column that may be blank, a date in the year 9999, 1900-01-01 and 0000-00-00 are blank."
    *_cells("cadres.left_on", {"9999-12-31": None, "9999/1/1": None, "1900-01-01": None, "0000-00-00": None}),
    *_cells("articles.withdrawn_at", {"9999-12-31 23:59:59": None, "1900-01-01 00:00:00": None}),
    *_cells("cadres.left_on", {"1900-01-02": ORDER, "0000-00-01": FORMAT}),
    *_cells(
        "cadres.entered_on", {"9999-12-31": FUTURE, "1900-01-01": date(1900, 1, 1), "0000-00-00": FORMAT}
    ),
    # "a value outside its list", "Other spellings of listed values and codes stand in spellings.csv"
    *_cells("new_members.channel", {"窗口": "offline", "platform": VALUE, "线上": VALUE, "": MISSING}),
    *_cells(
        "articles.channel_scope",
        {"本地（市州）频道": "local", "本地(市州)频道": "local", "省级频道": "provincial"},
    ),
    *_cells(
        "benefit_services.status", {"草稿": "draft", "已取消": "cancelled", "已办结": VALUE, "在办": VALUE}
    ),
    # "an org's org_name and its short_name (where no other org has it), and a module's module_name, mean its code"
    *_cells(
        "new_unions.org_code",
        {"甲市总工会": "A1", "成都": "510100", "省总工会办公室(本级)": "SZ01", "老甲": "A1"},
    ),
    *_cells("new_unions.org_code", {"办公室": UNKNOWN, "丙市": UNKNOWN, "a1": UNKNOWN, "M1": UNKNOWN}),
    *_cells("articles.org_code", {"老甲": UNKNOWN, "0816": "510100", "816": UNKNOWN, "0816.0": "510100"}),
    *_cells(
        "workflow_items.module_code",
        {"公文": "M1", "B01": "M1", "通知公告": "TY01", "M2": UNKNOWN, "A1": UNKNOWN},
    ),
    # "a target_group org counts as unknown here"
    *_cells("new_unions.org_code", {"QT00": UNKNOWN, "其他产业": UNKNOWN, "其他": UNKNOWN, "QT01": "QT01"}),
    # The first that fits of the reasons
    *_cells("articles.org_code", {"": MISSING}, published_at="x", channel_scope="x"),
    *_cells("articles.org_code", {"X": FORMAT}, published_at="x", channel_scope="x"),
    *_cells("articles.org_code", {"X": VALUE}, channel_scope="x", withdrawn_at="2020-01-01"),
    *_cells("articles.org_code", {"X": UNKNOWN}, withdrawn_at="2020-01-01"),
    *_cells("articles.withdrawn_at", {"2022-01-01": ORDER}, published_at="2022-01-02"),
    # "date_order"
    *_cells(
        "articles.withdrawn_at", {"2020-03-05 09:07": ORDER, "2020-03-05 09:08": datetime(2020, 3, 5, 9, 8)}
    ),
    *_cells("cadres.left_on", {"2020-03-04": ORDER, "2020-03-05": DAY, "2020-03-05 上午1:00": DAY}),
    *_cells(
        "registered_users.certified_at",
        {"2020-03-05 9:07:59": ORDER, "2020-03-05 9:08": datetime(2020, 3, 5, 9, 8)},
    ),
    *_cells("registered_users.cancelled_at", {"2020-03-05": ORDER, "2020-03-06": datetime(2020, 3, 6)}),
    *_cells("process_applications.approved_on", {"2020-03-04": ORDER}),
    *_cells(
        "process_applications.onlined_on",
        {"2020-03-05": ORDER, "2020-03-07": date(2020, 3, 7)},
        approved_on="2020-03-06",
    ),
    # "any date or time after the export date's day (promotion_plans: adopted_on only)"
    *_cells(
        "articles.published_at",
        {"2021-03-02 23:59:59": datetime(2021, 3, 2, 23, 59, 59), "2021-03-02 24:00": FUTURE},
    ),
    *_cells("articles.published_at", {"2021-03-02T17:00:00Z": FUTURE, "2021-03-03": FUTURE}),
    *_cells("cadres.left_on", {"2021-03-02": date(2021, 3, 2), "2021-03-03": FUTURE}),
    *_cells("promotion_plans.adopted_on", {"2021-03-03": FUTURE, "2021-03-02": date(2021, 3, 2)}),
    *_cells("promotion_plans.plan_year", {"2099": 2099}),
    # "办件: completed without completed_at (a completed_at with another status lands) · 业务上网: onlined without
    # approved"
    *_cells(
        "workflow_items.status", {"办结": CONFLICT, "已办结": CONFLICT, "在办": "open", "撤回": "withdrawn"}
    ),
    *_cells(
        "workflow_items.status",
        {"在办": "open", "办结": "completed", "转办": "transferred"},
        completed_at="2020-03-06",
    ),
    *_cells("workflow_items.completed_at", {"9999-12-31": CONFLICT}, status="办结"),
    *_cells("process_applications.onlined_on", {"2020-03-06": CONFLICT}),
]
