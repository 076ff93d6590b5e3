"""A home's status as one screen."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orchestration.language import _, listing
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
        return Text(_("healthy: {home}").format(home=status.home), style=_GOOD)
    lines = [Text(_("needs attention: {home}").format(home=status.home), style=_BAD)]
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
    if release:
        told = (
            _("{release}, as of {month:%Y-%m}, sample data")
            if release.is_sample
            else _("{release}, as of {month:%Y-%m}")
        )
        yield _("release"), told.format(release=release.release_id, month=release.as_of_month)
        if status.revised:
            revised = _("{count}, in quality.revised_verdicts").format(count=status.revised)
            yield _("final verdicts revised"), revised
        yield (
            _("published"),
            _("{time}, {ago} (at most {hours} h)").format(
                time=_time(release.published_at),
                ago=_ago(status.age(release)),
                hours=status.max_age // timedelta(hours=1),
            ),
        )
    else:
        yield _("release"), _NOTHING
    yield _("drafts"), _drafts(status.bulletins)
    if issued := status.bulletins.issued:
        last_issued = max(issued, key=lambda each: each.issued_on)
        yield (
            _("issued"),
            _("{count}, the last {number}, {day}, as of {month:%Y-%m}").format(
                count=len(issued),
                number=last_issued.number,
                day=last_issued.issued_on,
                month=last_issued.as_of_month,
            ),
        )
    yield _("last refresh"), _last(last) if last else _NOTHING
    if status.holder:
        told = (
            _("at work since {time}, process {pid}")
            if status.holder.is_alive
            else _("killed: {time}, process {pid}")
        )
        yield _("this refresh"), told.format(time=_time(status.holder.since), pid=status.holder.pid)
    scheduled = _("{time}, Beijing time").format(time=_time(status.next_run)) if status.next_run else _NOTHING
    yield _("next run"), _("{time} (gonghui serve)").format(time=scheduled)
    if last:
        yield _("failing checks"), listing(last.checks) or _NOTHING


def _drafts(bulletins: DocumentsState) -> str:
    if bulletins.folder is None:
        return _NOTHING
    if bulletins.are_current:
        return str(bulletins.folder)
    if not bulletins.are_written:
        return _("a refresh writes none: {setting}").format(setting="GONGHUI_BULLETIN_MONTHS=0")
    if bulletins.release_id:
        return _("older or damaged: the next refresh writes them, or gonghui bulletin does")
    return _("none: the next refresh writes them, or gonghui bulletin does")


def _last(last: LastRefresh) -> str:
    told = (
        _("{time}, published, exit code {code}, {seconds:.0f} s")
        if last.exit_code == 0
        else _("{time}, failed, exit code {code}, {seconds:.0f} s")
    )
    return told.format(time=_time(last.ended_at), code=last.exit_code, seconds=last.seconds)


def _lists(status: Status) -> Iterator[RenderableType]:
    if status.last_refresh and status.last_refresh.warnings:
        yield Text(_("warnings"), style=_DOUBTFUL)
        yield from (Text(f"  {line}") for line in _first(status.last_refresh.warnings))


def _exports(exports: tuple[ExportState, ...]) -> RenderableType:
    if not exports:
        return Text(_("nothing was ever landed: sample seeds"), style=_DOUBTFUL)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in (_("export"), _("snapshot")):
        table.add_column(heading, no_wrap=True)
    for heading in (_("days"), _("read"), _("landed"), _("refused")):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in exports:
        if each.export_date is None:
            table.add_row(each.chinese, _("never landed"), *[_NOTHING] * 4, style=_DOUBTFUL)
            continue
        table.add_row(
            each.chinese,
            each.export_date.isoformat(),
            _("stale {days}").format(days=each.age_days) if each.is_stale else str(each.age_days),
            f"{each.rows_read:,}",
            f"{each.rows_landed:,}",
            f"{each.rows_refused:,}",
            style=_DOUBTFUL if each.is_stale else "",
        )
    refused = sum((Counter(each.reasons) for each in exports), Counter())
    reasons = listing(f"{count:,} {reason}" for reason, count in refused.most_common())
    return Group(table, Text(_("refused for: {reasons}").format(reasons=reasons or _NOTHING)))


def _first(lines: tuple[str, ...]) -> list[str]:
    rest = len(lines) - _LINES_SHOWN
    return [*lines[:_LINES_SHOWN], *([_("… {rest} more").format(rest=rest)] if rest > 0 else [])]


def _ago(age: timedelta) -> str:
    hours = age / timedelta(hours=1)
    if hours < 48:
        return _("{hours:.1f} hours ago").format(hours=hours)
    return _("{days:.1f} days ago").format(days=hours / 24)


def _time(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"
