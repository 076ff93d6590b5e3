"""The landing room as assets: one per export, made by one operation, all or none of them."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration import landing
from orchestration.common.watcher import LogWatcher
from orchestration.graph.previews import markdown
from orchestration.graph.rooms import LANDING, OWNERS
from orchestration.graph.run_request import RunRequest
from orchestration.operating.freshness import export_max_age, is_stale
from orchestration.refreshing.refresh import land

_LISTS = {
    "landed_exports": "在用快照：每种导出当前在用的快照日期与行数",
    "rejected_rows": "退回行：在用快照中未入库的行及其原因",
    "unknown_spellings": "无人认识的写法：在用快照中编码列、列表值列里无从对应的写法",
}
_FRESH = "snapshot_is_fresh"

Refused = Mapping[str, Mapping[str, int]]
"""Rows by reason, by export."""


def landed_key(name: str) -> dg.AssetKey:
    """Return the asset of a landed Parquet file, by the name of the raw seed that shows it."""
    return dg.AssetKey(["landed", name])


def _spec(name: str, description: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        landed_key(name),
        description=description,
        group_name=LANDING,
        kinds={"parquet"},
        owners=[OWNERS[LANDING]],
    )


@dg.multi_asset(
    name="land",
    specs=[
        *(
            _spec(export.name, f"{export.chinese}：已入库的导出快照，不含个人信息")
            for export in landing.RAW_EXPORTS
        ),
        *(_spec(name, description) for name, description in _LISTS.items()),
    ],
    check_specs=[
        dg.AssetCheckSpec(
            _FRESH, asset=landed_key(export.name), description=f"{export.chinese}：在用快照没有过期"
        )
        for export in landing.RAW_EXPORTS
    ],
)
def landed_assets(run: RunRequest) -> Iterator[dg.MaterializeResult]:
    """入库：先校验参考数据，再读收件箱中的新快照；有一处不合格则全部不入库。"""
    with run.telling():
        clock = _Clock()
        result = land(run.request, clock)
        refused = landing.refused_rows(run.home.root)
        for export in landing.RAW_EXPORTS:
            snapshot = result.in_force.get(export.name)
            yield dg.MaterializeResult(
                asset_key=landed_key(export.name),
                metadata=_metadata(snapshot, refused, clock.seconds.get(export.name)),
                check_results=[_freshness(export, snapshot)],
            )
        lists = {
            "landed_exports": markdown(
                ["导出", "快照日期", "读入行数", "入库行数", "退回行数"],
                [
                    [each.export_name, each.export_date, each.rows_read, each.rows_landed, each.rows_rejected]
                    for each in result.in_force.values()
                ],
            ),
            "rejected_rows": markdown(
                ["导出", "原因", "行数"],
                [[export, *reason] for export, reasons in refused.items() for reason in reasons.items()],
            ),
            "unknown_spellings": markdown(
                ["导出", "列", "写法", "行数"], landing.unknown_spellings(run.home.root)
            ),
        }
        for name, table in lists.items():
            yield dg.MaterializeResult(asset_key=landed_key(name), metadata={"预览": table})


class _Clock(LogWatcher):
    """Keeps how long each export took."""

    def __init__(self) -> None:
        self.seconds: dict[str, Any] = {}

    def landed(self, line: str, told: Mapping[str, object]) -> None:
        """Note it, and log the line."""
        self.seconds[str(told["export"])] = told["seconds"]
        super().landed(line, told)


def _metadata(snapshot: landing.LandedSnapshot | None, refused: Refused, seconds: object) -> dict[str, Any]:
    if snapshot is None:
        return {"快照日期": "从未入库"}
    return {
        "快照日期": snapshot.export_date.isoformat(),
        "本次入库": seconds is not None,
        **({} if seconds is None else {"用时（秒）": seconds}),
        "读入行数": snapshot.rows_read,
        "入库行数": snapshot.rows_landed,
        "退回行数": snapshot.rows_rejected,
        "退回原因": markdown(["原因", "行数"], refused.get(snapshot.export_name, {}).items()),
        "文件": [file.name for file in snapshot.files],
    }


def _freshness(export: landing.Export, snapshot: landing.LandedSnapshot | None) -> dg.AssetCheckResult:
    """A snapshot that is too old is an error; one that never came a warning: its verdicts are NO_DATA."""
    limit = f"限 {export_max_age().days} 天"
    return dg.AssetCheckResult(
        asset_key=landed_key(export.name),
        check_name=_FRESH,
        passed=snapshot is not None and not is_stale(snapshot.export_date),
        severity=dg.AssetCheckSeverity.ERROR if snapshot else dg.AssetCheckSeverity.WARN,
        description=f"{export.chinese}：快照日期 {snapshot.export_date}，{limit}"
        if snapshot
        else f"{export.chinese}：从未入库",
    )
