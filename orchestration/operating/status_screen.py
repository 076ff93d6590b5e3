"""A home's status as one screen, each label in Chinese and English."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orchestration.operating.last_refresh import LastRefresh
from orchestration.operating.status import DocumentsState, ExportState, Status

_NOTHING = "—"
_LINES_SHOWN = 10
_GOOD, _BAD, _DOUBTFUL = "green", "bold red", "yellow"


def screen(status: Status) -> Group:
    """Return what `gonghui status` prints."""
    return Group(_verdict(status), _overview(status), *_lists(status), _exports(status.exports))


def _verdict(status: Status) -> RenderableType:
    if not status.faults:
        return Text(f"正常 healthy: {status.home}", style=_GOOD)
    lines = [Text(f"需要处理 needs attention: {status.home}", style=_BAD)]
    for fault in status.faults:
        lines += [Text(f"  {fault.event}: {line}") for line in _first(fault.messages)]
    return Group(*lines)


def _overview(status: Status) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for label, value in _overview_rows(status):
        table.add_row(label, value)
    return table


def _overview_rows(status: Status) -> Iterator[tuple[str, str]]:
    release, last = status.release, status.last_refresh
    if release and status.published_at and status.age is not None:
        sample = "，样例数据 sample data" if release.is_sample else ""
        yield "发布批次 release", f"{release.release_id}，截至 as of {release.as_of_month:%Y-%m}{sample}"
        limit = status.max_age // timedelta(hours=1)
        if status.revised:
            yield "改判的定论 revised", f"{status.revised}，见 in quality.revised_verdicts"
        yield "发布时间 published", f"{_time(status.published_at)}，{_ago(status.age)} (≤ {limit} h)"
    else:
        yield "发布批次 release", _NOTHING
    yield "文书草稿 drafts", _drafts(status.bulletins)
    if issued := status.bulletins.issued:
        last_issued = max(issued, key=lambda each: each.issued_on)
        yield (
            "印发 issued",
            f"{len(issued)}，最近 the last {last_issued.number}，{last_issued.issued_on}，"
            f"截至 as of {last_issued.as_of_month:%Y-%m}",
        )
    yield "上次刷新 last refresh", _last(last) if last else _NOTHING
    if status.holder:
        how = "运行中 at work" if status.holder.is_alive else "被中断 killed"
        yield "当前刷新 this refresh", f"{how}: {_time(status.holder.since)}, process {status.holder.pid}"
    scheduled = f"{_time(status.next_run)}，北京时间 Beijing time" if status.next_run else _NOTHING
    yield "下次刷新 next run", f"{scheduled} (gonghui serve)"
    if last:
        failing = ", ".join(last.checks) or _NOTHING
        yield "未过检查 failing checks", failing


def _drafts(bulletins: DocumentsState) -> str:
    if bulletins.folder is None:
        return _NOTHING
    if bulletins.are_current:
        return str(bulletins.folder)
    if not bulletins.are_written:
        return "刷新不写 a refresh writes none: GONGHUI_BULLETIN_MONTHS=0"
    how = "不是本批次的或不完整 older or damaged" if bulletins.release_id else "没有 none"
    return f"{how}：下次刷新补写 the next refresh writes them，或 or gonghui bulletin"


def _last(last: LastRefresh) -> str:
    how = "已发布 published" if last.exit_code == 0 else "失败 failed"
    return f"{_time(last.ended_at)}，{how}，exit code {last.exit_code}，{last.seconds:.0f} s"


def _lists(status: Status) -> Iterator[RenderableType]:
    if status.last_refresh and status.last_refresh.warnings:
        yield Text("警告 warnings", style=_DOUBTFUL)
        yield from (Text(f"  {line}") for line in _first(status.last_refresh.warnings))


def _exports(exports: tuple[ExportState, ...]) -> RenderableType:
    if not exports:
        return Text("尚无快照入库 nothing was ever landed: sample seeds", style=_DOUBTFUL)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("导出 export", "快照 snapshot"):
        table.add_column(heading, no_wrap=True)
    for heading in ("天 days", "读入 read", "入库 landed", "退回 refused"):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in exports:
        if each.export_date is None:
            table.add_row(each.chinese, "从未入库 never", *[_NOTHING] * 4, style=_DOUBTFUL)
            continue
        table.add_row(
            each.chinese,
            each.export_date.isoformat(),
            f"{'陈旧 stale ' if each.is_stale else ''}{each.age_days}",
            f"{each.rows_read:,}",
            f"{each.rows_landed:,}",
            f"{each.rows_refused:,}",
            style=_DOUBTFUL if each.is_stale else "",
        )
    refused = sum((Counter(each.reasons) for each in exports), Counter())
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in refused.most_common())
    return Group(table, Text(f"退回原因 refused for: {reasons or _NOTHING}"))


def _first(lines: tuple[str, ...]) -> list[str]:
    rest = len(lines) - _LINES_SHOWN
    return [*lines[:_LINES_SHOWN], *([f"… 另 {rest} 行 {rest} more"] if rest > 0 else [])]


def _ago(age: timedelta) -> str:
    hours = age / timedelta(hours=1)
    return f"{hours:.1f} 小时前 h ago" if hours < 48 else f"{hours / 24:.1f} 天前 days ago"


def _time(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"
