"""The documents of the release as an asset: after the swap, readers wait for none of it."""

from collections.abc import Iterator
from typing import Any, cast

import dagster as dg

from orchestration.graph.release_asset import RELEASE, RELEASE_ID
from orchestration.graph.rooms import OFFICE, PUBLISHING
from orchestration.graph.run_request import RunRequest
from orchestration.home import Home
from orchestration.publishing.bulletins import Drafts, folder_of, read_drafts
from orchestration.publishing.release import Release
from orchestration.publishing.releases import in_force
from orchestration.refreshing.documents import are_written, caught_up


@dg.asset(
    key=[PUBLISHING, "bulletin"],
    deps=[RELEASE],
    group_name=PUBLISHING,
    kinds={"word", "excel", "html"},
    owners=[OFFICE],
    output_required=False,
    description="文书：把在用批次写成情况通报、目标考核等文书草稿、两个工作簿和一套静态页面；没有新内容就不重写。"
    "写不成时本步失败，已发布的文件不受影响，下一次刷新会补上；印发另用 gonghui bulletin issue",
)
def bulletin(run: RunRequest) -> Iterator[dg.MaterializeResult]:
    """Write the drafts of the release in force, unless they lie there whole; yields nothing without any."""
    with run.telling():
        is_new = caught_up(run.home, run.request.templates)
    if are_written():
        yield dg.MaterializeResult(metadata={**_documents(run.home), "本次重写": is_new})


def _documents(home: Home) -> dict[str, Any]:
    """Which release they are of, and where each lies; they were caught up with."""
    folder = folder_of(home, cast(Release, in_force(home)))
    drafts = cast(Drafts, read_drafts(folder))
    return {
        RELEASE_ID: drafts.release_id,
        "截至月份": f"{drafts.as_of_month:%Y-%m}",
        "文件夹": dg.MetadataValue.path(folder),
        **{name: dg.MetadataValue.path(folder / name) for name in drafts.documents},
        "页面": dg.MetadataValue.path(folder / "site" / "index.html"),
    }
