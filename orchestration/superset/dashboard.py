"""How the charts lie on the dashboard, and what filters them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from orchestration.superset.charts import CHARTS, COLOURS, equal
from orchestration.superset.datasets import VERDICTS
from orchestration.superset.identity import identity

TITLE = "达标总览"
SLUG = "gonghui-overview"

# Tabs of rows: a row's height in Superset's grid units, and its charts, each over so many of twelve columns.
_TABS: Mapping[str, Sequence[tuple[int, Mapping[str, int]]]] = {
    "总览": (
        (16, {"release": 12}),
        (22, {"passed": 3, "failed": 3, "in_progress": 3, "pass_share": 3}),
        (70, {"cities": 7, "statuses": 5}),
        (150, {"local_matrix": 12}),
    ),
    "走势与机构": (
        (56, {"trend_share": 6, "trend_number": 6}),
        (80, {"one_org": 12}),
    ),
    "企业": ((100, {"enterprise_matrix": 12}),),
    "部门": ((120, {"department_matrix": 12}),),
    "数据": ((60, {"exports": 12}),),
}

# Which number stands for a chart in this file; Superset gives it another one as it imports.
_CHART_IDS = {name: number for number, name in enumerate(CHARTS, 1)}


@dataclass(frozen=True)
class Filter:
    """A filter over the dashboard: the column of the verdicts it offers, and the charts it leaves alone."""

    name: str
    title: str
    column: str
    leaves_alone: Sequence[str] = ()
    is_multiple: bool = True
    newest_first: bool = False
    """Begins with the largest value: the newest month."""
    default: Sequence[str] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    """Offers only what rows have whose columns say this."""


def _all_but(chart: str) -> tuple[str, ...]:
    return tuple(name for name in CHARTS if name != chart)


_TRENDS = ("trend_share", "trend_number")
_WITHOUT_MONTH = ("release", "exports")

FILTERS = (
    Filter("month", "月份", "month", (*_TRENDS, *_WITHOUT_MONTH), is_multiple=False, newest_first=True),
    Filter("org", "机构", "org_name", _WITHOUT_MONTH),
    Filter(
        "trend_share",
        "走势的比例指标",
        "requirement",
        _all_but("trend_share"),
        is_multiple=False,
        default=("9.2 认证会员占注册用户比例",),
        only={"value_kind": "比例"},
    ),
    Filter(
        "trend_number",
        "走势的数量指标",
        "requirement",
        _all_but("trend_number"),
        is_multiple=False,
        default=("9.1 注册用户数量",),
        only={"value_kind": "数量"},
    ),
)


def dashboard() -> dict[str, Any]:
    """Return the dashboard as Superset's file of it."""
    return {
        "dashboard_title": TITLE,
        "description": "川工办字〔2020〕16号：各机构各项指标达标没有、差多少、走势如何",
        "css": ".pvtVal { white-space: nowrap; }",  # a status in one line, not a sign a line
        "slug": SLUG,
        "certified_by": None,
        "certification_details": None,
        "published": True,
        "uuid": identity("dashboard", SLUG),
        "position": dict(_positions()),
        "metadata": {
            "timed_refresh_immune_slices": [],
            "expanded_slices": {},
            "refresh_frequency": 0,
            "default_filters": "{}",
            "color_scheme": "supersetColors",
            "label_colors": COLOURS,
            "cross_filters_enabled": True,
            "native_filter_configuration": [_filter(each) for each in FILTERS],
        },
        "version": "1.0.0",
    }


def _positions() -> Iterator[tuple[str, Any]]:
    tabs = {title: f"TAB-{number}" for number, title in enumerate(_TABS, 1)}
    yield "DASHBOARD_VERSION_KEY", "v2"
    yield "ROOT_ID", {"type": "ROOT", "id": "ROOT_ID", "children": ["TABS-1"]}
    yield "GRID_ID", {"type": "GRID", "id": "GRID_ID", "children": [], "parents": ["ROOT_ID"]}
    yield "HEADER_ID", {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": TITLE}}
    yield _node("TABS-1", ["ROOT_ID"], list(tabs.values()), {})
    numbers = count(1)
    for title, rows in _TABS.items():
        above = ["ROOT_ID", "TABS-1"]
        row_ids = [f"ROW-{next(numbers)}" for _ in rows]
        yield _node(tabs[title], above, row_ids, {"text": title})
        for row_id, (height, charts) in zip(row_ids, rows, strict=True):
            in_tab = [*above, tabs[title]]
            yield _node(
                row_id, in_tab, [f"CHART-{name}" for name in charts], {"background": "BACKGROUND_TRANSPARENT"}
            )
            for name, width in charts.items():
                chart = CHARTS[name]
                meta = {"chartId": _CHART_IDS[name], "uuid": chart.uuid, "sliceName": chart.title}
                size = {"width": width, "height": height}
                yield _node(f"CHART-{name}", [*in_tab, row_id], [], meta | size)


def _node(name: str, parents: list[str], children: list[str], meta: dict[str, Any]) -> tuple[str, Any]:
    kind = name.split("-")[0]
    return name, {"type": kind, "id": name, "children": children, "parents": parents, "meta": meta}


def _filter(each: Filter) -> dict[str, Any]:
    chosen = [{"col": each.column, "op": "IN", "val": list(each.default)}] if each.default else []
    return {
        "id": f"NATIVE_FILTER-{each.name}",
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "name": each.title,
        "description": "",
        "requiredFirst": each.newest_first,  # no chart asks before it has its first value
        "targets": [{"column": {"name": each.column}, "datasetUuid": identity("dataset", VERDICTS)}],
        "controlValues": {
            "multiSelect": each.is_multiple,
            "enableEmptyFilter": each.newest_first,
            "defaultToFirstItem": each.newest_first,
            "sortAscending": not each.newest_first,
            "searchAllOptions": False,
            "inverseSelection": False,
        },
        "defaultDataMask": {
            "extraFormData": {"filters": chosen} if chosen else {},
            "filterState": {"value": list(each.default)} if chosen else {},
            "ownState": {},
        },
        "adhoc_filters": [equal(column, value) for column, value in each.only.items()],
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": [_CHART_IDS[name] for name in each.leaves_alone]},
    }
