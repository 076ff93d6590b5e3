"""Tables: a header and rows under it, with the liberties that the contract allows, and some it does not."""

from hypothesis import strategies as st

from tests.fuzz.generate.cells import NASTY, UNKNOWN, cell
from tests.fuzz.generate.draws import one_in, pick, up_to
from tests.fuzz.spec import Column, Spec
from tests.fuzz.world import REFERENCE

Table = list[list[str]]
_EXTRA = ["备注", "", "序号", "\u3000", "导入批次"]


def _titles_of(spec: Spec, column: Column) -> list[str]:
    """The ways to write a column's header."""
    header = column.header
    spelled = [
        each.spelling
        for each in REFERENCE.spellings
        if each.column == column.name and not each.value and each.export in ("", spec.name)
    ]
    return [
        *[header] * 12,
        *spelled,
        f"*{header}",
        f"{header}（必填）",
        f" {header[:2]} {header[2:]}\u3000",
        f"{header[0]}\u200b{header[1:]}*(年/月/日)",
        f"{header[:2]}\n{header[2:]}",
        header.lower().replace("i", "ｉ"),
        f'="{header}"',
    ]


@st.composite
def tables(draw: st.DrawFn, spec: Spec, most_rows: int = 12) -> Table:
    """The rows of a sheet or file."""
    columns: list[Column | None] = [
        column for column in spec.columns if column.kind != "personal" or up_to(draw, 2)
    ]
    columns += [None] * pick(draw, [0, 0, 0, 1, 2])
    if one_in(draw, 2):
        columns = draw(st.permutations(columns))
    titles = [pick(draw, _titles_of(spec, column) if column else _EXTRA) for column in columns]
    if one_in(draw, 25):
        place = up_to(draw, len(titles) - 1)
        twice = pick(draw, spec.columns).header
        wrong = [
            *NASTY[:12],
            titles[0],
            titles[place] + "x",
            twice,
            f"{twice}（旧）",
            f"（新）{titles[place]}",
        ]
        titles[place] = pick(draw, wrong)
    notes = ["导出表", "", *titles]
    above = [[pick(draw, notes) for _ in range(up_to(draw, 3))] for _ in range(pick(draw, [0, 0, 1, 2]))]
    above += [[""]] * pick(draw, [0] * 24 + [6, 8, 9, 10, 11])
    return [*above, titles, *draw(_rows(columns, most_rows))]


@st.composite
def _rows(draw: st.DrawFn, columns: list[Column | None], most_rows: int) -> Table:
    rows = []
    unknown = pick(draw, UNKNOWN) if one_in(draw, 6) else ""
    for number in range(up_to(draw, most_rows)):
        row = [cell(draw, column) if column else pick(draw, ["", "x"]) for column in columns]
        for place, column in enumerate(columns):
            if column and column.kind == "id" and up_to(draw, 3):
                row[place] = f"N{number}"
            if unknown and column and column.kind in ("org", "module", "list") and one_in(draw, 3):
                row[place] = unknown
        others = [[*row, ""], [*row, "x"], [*row, "-", " "], row[:-1], row[:-2], ["合计", *row[1:]]]
        others += [[""] * len(row), [], ["-", "无"], ["", "小计"]]
        rows.append(pick(draw, others) if one_in(draw, 15) else row)
    if rows and one_in(draw, 40):
        rows += [pick(draw, rows)] * pick(draw, [19, 20, 21, 22])
    return rows
