"""The landing room as assets: one per export, made by one operation, all or none of them."""

from collections.abc import Iterator, Mapping

import dagster as dg

from orchestration import landing
from orchestration.refresh import land
from orchestration.run_request import RunRequest
from orchestration.watcher import LogWatcher

_LISTS = {
    "landed_exports": "在用快照：每种导出当前在用的快照日期与行数",
    "rejected_rows": "退回行：在用快照中未入库的行及其原因",
}


def landed_key(name: str) -> dg.AssetKey:
    """Return the asset of a landed Parquet file, by the name of the raw seed that shows it."""
    return dg.AssetKey(["landed", name])


def _spec(name: str, description: str) -> dg.AssetSpec:
    return dg.AssetSpec(landed_key(name), description=description, group_name="landing", kinds={"parquet"})


@dg.multi_asset(
    name="land",
    specs=[
        *(
            _spec(export.name, f"{export.chinese}：已入库的导出快照，不含个人信息")
            for export in landing.RAW_EXPORTS
        ),
        *(_spec(name, description) for name, description in _LISTS.items()),
    ],
)
def landed_assets(run: RunRequest) -> Iterator[dg.MaterializeResult]:
    """入库：先校验参考数据，再读收件箱中的新快照；有一处不合格则全部不入库。"""
    result = land(run.request, LogWatcher())
    for export in landing.RAW_EXPORTS:
        metadata = _metadata(result.in_force.get(export.name))
        yield dg.MaterializeResult(asset_key=landed_key(export.name), metadata=metadata)
    for name in _LISTS:
        yield dg.MaterializeResult(asset_key=landed_key(name))


def _metadata(snapshot: landing.LandedSnapshot | None) -> Mapping[str, dg.MetadataValue]:
    if snapshot is None:
        return {"快照日期": dg.MetadataValue.text("从未导入")}
    return {
        "快照日期": dg.MetadataValue.text(snapshot.export_date.isoformat()),
        "读入行数": dg.MetadataValue.int(snapshot.rows_read),
        "入库行数": dg.MetadataValue.int(snapshot.rows_landed),
        "退回行数": dg.MetadataValue.int(snapshot.rows_rejected),
        "文件": dg.MetadataValue.json([file.name for file in snapshot.files]),
    }
