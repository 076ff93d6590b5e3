"""What a check found as a screen that a clerk understands."""

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orchestration.landing import Fault, Inspection
from orchestration.landing.inspection import InspectedFile, InspectedPart, InspectedSnapshot, UnknownSpelling
from orchestration.operating.inspected.words import (
    REFUSALS,
    advice_words,
    fault_words,
    form_words,
    notice_words,
)

_GOOD, _BAD, _DOUBTFUL = "green", "bold red", "yellow"
_FIRST, _SPELLINGS_SHOWN = 3, 20
_NOTHING = "—"


def screen(found: Inspection, wrong: str | None) -> Group:
    """Return what `gonghui check` prints; `wrong` is what else would have a refresh refused."""
    return Group(
        *(part for one in found.snapshots for part in _snapshot(one)),
        *_passed_over(found),
        *_of_names(found),
        _totals(found),
        _verdict(found, wrong),
    )


def _snapshot(one: InspectedSnapshot) -> Iterator[RenderableType]:
    yield Text(f"{one.chinese}  快照 {one.export_date}", style="bold reverse")
    for file in one.files:
        yield Text(file.name, style="bold")
        yield _grid(_file_lines(file))
    lines = list(_snapshot_lines(one))
    if lines:
        yield _grid(lines)
    yield Text()


def _file_lines(file: InspectedFile) -> Iterator[tuple[str, Text]]:
    yield "文件", Text(form_words(file.form, file.extension))
    if file.fault:
        yield from _fault_lines(file.fault, None)
    for part in file.parts:
        yield from _part_lines(part)


def _part_lines(part: InspectedPart) -> Iterator[tuple[str, Text]]:
    if part.sheet is not None:
        yield "工作表", Text(part.sheet)
    yield "表头", Text(f"第 {part.header_row} 行")
    as_named = [column.header for column in part.columns if column.found_as == column.header]
    if as_named:
        yield "同名的列", Text("、".join(as_named))
    for column in part.columns:
        if column.found_as not in (None, column.header):
            yield "另名的列", Text(f"{column.header} ← “{column.found_as}”")
    if personal := [column.header for column in part.columns if not column.name and column.found_as]:
        yield "个人信息", Text(f"{'、'.join(personal)}：读时即弃，不入库")
    yield "行数", Text(f"读入 {part.rows_read:,} 行，退回 {part.rows_refused:,} 行")
    for one in part.refused:
        label, _ = REFUSALS[one.reason]
        rows = "、".join(f"{number:,}" for number in one.numbers[:_FIRST])
        more = " 等" if one.rows > _FIRST else ""
        where = f"{one.header} " if one.header else ""
        told = f"{where}{label}（{one.reason}）{one.rows:,} 行：数据行 {rows}{more}"
        yield "退回", Text(told, style=_DOUBTFUL)


def _snapshot_lines(one: InspectedSnapshot) -> Iterator[tuple[str, Text]]:
    for each in one.unknown[:_SPELLINGS_SHOWN]:
        yield "不认得的写法", Text(_spelling(each), style=_DOUBTFUL)
    if (more := len(one.unknown) - _SPELLINGS_SHOWN) > 0:
        yield "", Text(f"另有 {more} 种不认得的写法，见 --json", style=_DOUBTFUL)
    for fault in one.faults:
        if fault.file == one.label:
            yield from _fault_lines(fault, one)


def _spelling(each: UnknownSpelling) -> str:
    nearest = f"，最接近的是“{each.nearest}”" if each.nearest else ""
    return f"{each.header} “{each.spelling}” {each.rows:,} 行{nearest}"


def _fault_lines(fault: Fault, snapshot: InspectedSnapshot | None) -> Iterator[tuple[str, Text]]:
    yield "不能入库", Text(f"{fault_words(fault, snapshot)}（{fault.reason}）", style=_BAD)
    yield "怎么办", Text(advice_words(fault))


def _passed_over(found: Inspection) -> Iterator[RenderableType]:
    lines = [(label, "已入库，刷新时跳过") for label in found.landed]
    lines += [(notice.file, notice_words(notice)) for notice in found.notices]
    if lines:
        yield Text("略过与提醒", style="bold reverse")
        yield from (Text(f"  {file}：{why}") for file, why in lines)
        yield Text()


def _of_names(found: Inspection) -> Iterator[RenderableType]:
    told = {fault for one in found.snapshots for fault in one.faults}
    faults = [fault for fault in found.faults if fault not in told]
    if faults:
        yield Text("文件名有误", style="bold reverse")
        for fault in faults:
            yield Text(fault.file, style="bold")
            yield _grid(_fault_lines(fault, None))
        yield Text()


def _totals(found: Inspection) -> RenderableType:
    if not found.snapshots:
        return Text("没有要读的导出")
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("导出", "快照"):
        table.add_column(heading, no_wrap=True)
    for heading in ("文件", "读入", "可入库", "退回"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("结果", no_wrap=True)
    for one in found.snapshots:
        landed, rejected = one.rows_landed, one.rows_rejected
        counts = [_NOTHING] * 3
        if landed is not None and rejected is not None:
            counts = [f"{landed + rejected:,}", f"{landed:,}", f"{rejected:,}"]
        table.add_row(
            one.chinese,
            one.export_date.isoformat(),
            str(len(one.files)),
            *counts,
            Text("不能入库", style=_BAD) if one.faults else Text("可以入库", style=_GOOD),
        )
    return Group(table, Text("数据行从表头下一行数起，空行、合计行也算在内。", style="dim"))


def _verdict(found: Inspection, wrong: str | None) -> RenderableType:
    if found.faults:
        return Text(f"有 {len(found.faults)} 处须先改正：不改正，整个文件夹都不会入库。", style=_BAD)
    if wrong is not None:
        return Text("文件没有错，但刷新会拒绝，原因见下。", style=_BAD)
    return Text("可以入库。这里只是试读，什么也没有入库。", style=_GOOD)


def _grid(lines: "Iterator[tuple[str, Text]] | list[tuple[str, Text]]") -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, style="cyan", min_width=14)
    table.add_column(overflow="fold")
    before = ""
    for label, told in lines:
        table.add_row(f"  {label}" if label != before else "", told)
        before = label
    return table
