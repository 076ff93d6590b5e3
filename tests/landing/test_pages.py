"""HTML pages with tables: what many systems call .xls (contract §2)."""

import pytest

from orchestration.landing import InputRefused, page, page_tables
from orchestration.landing.kinds import kind_of
from orchestration.landing.outcome import FileRefused
from orchestration.landing.page_tables import table_rows
from tests.landing.office import Office, row, table

NAME = "工会干部_20210302.xls"
HEADER = "<tr><th>干部ID<th>所属机构编码</th><th>录入<br>日期</th><th>离任日期</th></tr>"
HEAD = '<html><head><meta charset="gb2312"><style>td{mso-number-format:"\\@";}</style></head><body>'
PLAIN = HEADER.replace("<br>", "")
LINE = "<tr><td>{}</td><td>A1</td><td>2020-03-05</td><td>&nbsp;</td></tr>"


def rows_of(page: str) -> list[list[str]]:
    """The rows of all tables of a page, which comes in small pieces."""
    events = table_rows(page[at : at + 7] for at in range(0, len(page), 7))
    return [cells for _, cells in events if cells is not None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_page_lands_in_any_encoding(office: Office, encoding: str) -> None:
    rows = table([row("cadres", "某1")])
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in each)}</tr>" for each in rows)
    path = office.put(NAME, f"\n{HEAD}<table><tr><td colspan=4>工会干部</td></tr>{cells}</table>", encoding)
    assert kind_of(path) == "page"
    office.land()
    assert office.column("cadres", "cadre_id") == ["某1"]


def test_every_table_with_the_header_lands_in_order(office: Office) -> None:
    first = f"{HEAD}<table><tr><td>x</table><table>{PLAIN}{LINE.format('K1')}</table>"
    office.put(NAME, f"{first}<table>{PLAIN}{LINE.format('K2')}{LINE.format('')}")
    result = office.land()
    assert office.column("cadres", "cadre_id") == ["K1", "K2"]
    assert office.rejected("row_number, reason, sheet_name") == [(2, "missing_required", "table 3")]
    assert result.notices == (f"{NAME}: table 1 passed over, it has no header row",)


TITLES = ["干部ID", "所属机构编码", "录入日期"]


def refusal(office: Office) -> str:
    """What the one page of an inbox is refused for."""
    with pytest.raises(InputRefused) as refused:
        office.land()
    [fault] = refused.value.faults
    return f"{fault.reason}: {fault.message}"


def test_a_table_with_fewer_than_half_of_the_columns_is_passed_over(office: Office) -> None:
    office.put(NAME, f"<table>{PLAIN}{LINE.format('K1')}</table><table><tr><td>{TITLES[0]}</table>")
    assert office.faults() == []


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ([], "missing_columns: expected a table with a header row"),
        ([["说明"]], "missing_columns: expected one row among the first 11 with every column of 工会干部"),
        ([["说明"], TITLES[:2]], "missing_columns: table 2: expected one row among the first 11"),
        ([TITLES[:2], [*TITLES, "离任日期"], TITLES], "missing_columns: table 1: expected one row"),
    ],
    ids=["no table", "none close", "one close", "two close"],
)
def test_a_page_is_refused_for_its_first_table_with_half_of_the_columns(
    office: Office, tables: list[list[str]], said: str
) -> None:
    rows = ["".join(f"<td>{title}" for title in titles) for titles in tables]
    office.put(NAME, "".join(f"<table><tr>{row}</table>" for row in rows) or "<table></table>")
    assert refusal(office).startswith(said)


@pytest.mark.parametrize(("above", "said"), [(10, ""), (11, "missing_columns")])
def test_a_header_is_among_the_first_eleven_rows_of_its_table(office: Office, above: int, said: str) -> None:
    office.put(NAME, f"<table>{'<tr><td>说明' * above}{PLAIN}{LINE.format('K1')}</table>")
    assert [reason for reason, _ in office.faults()] == [said] * bool(said)


@pytest.mark.parametrize("more", [0, 1])
def test_a_page_has_no_more_tables_than_a_program_writes(office: Office, more: int) -> None:
    others = "<table><tr><td>x<td>y</table>"
    office.put(NAME, f"{others * 999}<table>{PLAIN}{LINE.format('K1')}<tr><td>{others * more}</table>")
    if more:
        assert refusal(office) == "unreadable: expected at most 1,000 tables on a page"
    else:
        assert office.faults() == []


def test_rows_are_read_some_at_a_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "_CHUNK_ROWS", 2)
    short, wide = "<tr><td>K3<td>A1<td>2020-03-05", "<tr><td>K4<td>A1<td>2020-03-05<td><td>x<td>y"
    beyond = "<tr><td><td><td><td><td>x"
    office.put(NAME, f"<table>{PLAIN}{LINE.format('K1')}{LINE.format('')}{short}{wide}{beyond}</table>")
    office.land()
    assert office.column("cadres", "cadre_id") == ["K1", "K3", "K4"]
    assert office.rejected() == [(2, "missing_required"), (5, "missing_required")]


@pytest.mark.parametrize("beyond", ["&nbsp;", "-", "—", "无"])
def test_a_row_of_blanks_is_no_data_row_however_wide(office: Office, beyond: str) -> None:
    blank = f"<tr><td>&nbsp;<td>-<td>无<td><td>{beyond}</tr>"
    office.put(NAME, f"<table>{PLAIN}{blank}{LINE.format('K1')}</table>")
    office.land()
    assert office.column("cadres", "cadre_id") == ["K1"]
    assert office.rejected("row_number, reason") == []


def test_a_total_beyond_the_header_is_no_data_row(office: Office) -> None:
    office.put(NAME, f"<table>{PLAIN}{LINE.format('K1')}<tr><td><td><td><td><td>合计<td>1</tr></table>")
    office.land()
    assert office.rejected("row_number, reason") == []


def test_a_cell_over_several_rows_stands_in_each_and_over_columns_in_the_first() -> None:
    page = "<table><tr><th rowspan=2>a<th colspan=2>b</tr><tr><th>c<th>d<tr><td>1<td>2<td>3</table>"
    assert rows_of(page) == [["a", "b", ""], ["a", "c", "d"], ["1", "2", "3"]]


def test_entities_breaks_and_line_ends_are_what_a_browser_shows() -> None:
    page = "<table><tr><td>a&amp;b&#x27;&lt;<td> 某\n  稿 <td>x<br>y<td><script>no</script><b>z</b></table>"
    assert rows_of(page) == [["a&b'<", "某 稿", "x y", "z"]]


def test_no_row_is_lost_under_tags_that_are_never_closed() -> None:
    page = f"<table>{''.join(f'<tr><td><font><b>{n}</td></tr>' for n in range(2_000))}"
    assert rows_of(page) == [[str(n)] for n in range(2_000)]


def test_a_table_within_a_cell_is_a_table_of_its_own() -> None:
    page = "<table><tr><td>a<table><tr><td>in</table>b<td>c</table>"
    assert list(table_rows([page])) == [(1, ["in"]), (1, None), (0, ["ab", "c"]), (0, None)]


def nested(outer: str, inner: str) -> str:
    """A table with the header in a cell of one with the header, and a second one beside it."""
    within = f"<table>{PLAIN}{inner}</table>"
    last = f"<td>A1</td><td>2020-03-05</td><td></td><td>{within}{within.replace('K', 'L')}</td>"
    return f"<table>{PLAIN}{outer.format('K1')}<tr><td>K2</td>{last}</tr>{outer.format('K3')}</table>"


def test_tables_with_the_header_within_such_a_table_land_after_it(office: Office) -> None:
    office.put(NAME, nested(LINE, nested(LINE.replace("K", "M"), LINE.format("K4")).replace("K1", "K5")))
    office.land()
    assert len(office.column("cadres", "cadre_id")) == len(set(office.column("cadres", "cadre_id")))
    assert office.column("cadres", "cadre_id")[:3] == ["K1", "K2", "K3"]
    assert {"K4", "K5", "L4", "L5"} <= set(office.column("cadres", "cadre_id"))


def test_a_table_within_such_a_table_begins_below_its_own_header(office: Office) -> None:
    within = f"<table><tr><td>名册</td></tr><tr></tr>{PLAIN}{LINE.format('')}{LINE.format('K2')}</table>"
    office.put(NAME, f"<table>{PLAIN}<tr><td>K1<td>A1<td>2020-03-05<td>{within}</td></tr></table>")
    office.land()
    assert office.column("cadres", "cadre_id") == ["K1", "K2"]
    assert office.rejected("row_number, reason, sheet_name") == [(1, "missing_required", "table 2")]


@pytest.mark.parametrize("tables", [5, 6])
def test_tables_within_each_other_are_read_up_to_the_fifth(office: Office, tables: int) -> None:
    page = ""
    for number in range(tables):
        page = f"<table>{PLAIN}<tr><td>K{number}<td>A1<td>2020-03-05<td>{page}</td></tr></table>"
    office.put(NAME, page)
    if tables == 5:
        office.land()
        assert office.column("cadres", "cadre_id") == ["K4", "K3", "K2", "K1", "K0"]
    else:
        assert refusal(office) == "unreadable: expected no tables within tables within tables"


def test_a_layout_table_without_the_header_may_go_on_behind_those_within_it(office: Office) -> None:
    within = f"<table>{PLAIN}{LINE.format('K1')}</table>"
    office.put(NAME, f"<table><tr><td>{within}</td></tr>{PLAIN}{LINE.format('K2')}</table>")
    office.land()
    assert office.column("cadres", "cadre_id") == ["K1", "K2"]


def test_a_page_is_parsed_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = []
    monkeypatch.setattr(page, "table_rows", lambda texts: passes.append(1) or table_rows(texts))
    office.put(NAME, "".join(f"<table>{PLAIN}{LINE.format(f'K{n}')}</table>" for n in range(5)))
    office.land()
    assert (len(office.column("cadres", "cadre_id")), len(passes)) == (5, 1)


def test_one_long_text_over_many_rows_is_refused_before_it_takes_the_memory(office: Office) -> None:
    long = f"<tr><td rowspan=65000>{'长' * 2000}</td><td>A1</td></tr>"
    office.put(NAME, f"<table>{PLAIN}{long}{'<tr>' * 65_000}</table>")
    assert office.faults() == [("unreadable", NAME)]


@pytest.mark.parametrize(
    ("span", "cells"),
    [
        ("", 1),
        ("0", 1),
        ("1", 1),
        ("2", 2),
        (" 3px", 3),
        ("-2", 1),
        ("x", 1),
        ("1000", 1_000),
        ("1001", 1_000),
        ("999999999", 1_000),
    ],
)
def test_a_cell_spans_as_many_columns_as_html_allows(span: str, cells: int) -> None:
    assert rows_of(f"<table><tr><td colspan='{span}'>a<td>b</table>") == [["a", *[""] * (cells - 1), "b"]]


@pytest.mark.parametrize(("span", "rows"), [("0", 1), ("2", 2), ("5", 5), ("6", 5)])
def test_a_cell_spans_as_many_rows_as_html_allows(
    monkeypatch: pytest.MonkeyPatch, span: str, rows: int
) -> None:
    assert page_tables._MOST_ROWS_SPANNED == 65_534
    monkeypatch.setattr(page_tables, "_MOST_ROWS_SPANNED", 5)
    page = f"<table><tr><td rowspan={span}>a</td></tr>{'<tr><td>b</td></tr>' * 6}</table>"
    assert rows_of(page) == [["a"], *[["a", "b"]] * (rows - 1), *[["b"]] * (7 - rows)]


def test_a_cell_over_rows_and_columns_keeps_its_columns_free_in_each_row() -> None:
    page = "<table><tr><td>a<td rowspan=2 colspan=3>b<td>c<tr><td>d<td>e</table>"
    assert rows_of(page) == [["a", "b", "", "", "c"], ["d", "b", "", "", "e"]]


def test_cells_from_above_stand_behind_the_last_of_a_row_too() -> None:
    page = "<table><tr><td>a<td rowspan=3>b<tr><td>c<tr><tr><td>d<td>e</table>"
    assert rows_of(page) == [["a", "b"], ["c", "b"], ["", "b"], ["d", "e"]]


@pytest.mark.parametrize(
    ("limit", "most", "page"),
    [
        ("_MOST_CELLS", 16_384, "<table><tr>{}</table>"),
        ("_MOST_CHARACTERS", 1 << 20, "<table><tr><td>{}</table>"),
        ("_MOST_REPEATED", 100_000_000, "<table><tr><td rowspan=2>{}</table>"),
    ],
)
def test_a_page_may_hold_what_a_program_writes_and_no_more(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int, page: str
) -> None:
    assert getattr(page_tables, limit) == most
    monkeypatch.setattr(page_tables, limit, 6)
    piece, count = {"_MOST_CELLS": ("<td>", 6), "_MOST_CHARACTERS": ("x", 6), "_MOST_REPEATED": ("x", 3)}[
        limit
    ]
    assert len(rows_of(page.format(piece * count))) == 1
    with pytest.raises(FileRefused, match="expected"):
        rows_of(page.format(piece * (count + 1)))


def test_repeated_text_is_counted_over_all_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_tables, "_MOST_REPEATED", 9)
    with pytest.raises(FileRefused, match="less text in cells over several rows"):
        rows_of("<table><tr><td rowspan=2>xx<td rowspan=3>yy</table>")


def test_a_page_with_nul_characters_is_refused() -> None:
    with pytest.raises(FileRefused, match="without NUL characters"):
        rows_of("<table><tr><td>a\0b</table>")


@pytest.mark.parametrize("tag", ["script", "style", "template"])
def test_what_is_not_shown_is_no_text_of_a_cell(tag: str) -> None:
    page = f"<{tag}>x</{tag}><table><tr><td>a<{tag}>no</{tag}>b<td>c</table>"
    assert rows_of(page) == [["ab", "c"]]


@pytest.mark.parametrize("tag", ["br", "p", "div", "li", "hr"])
def test_what_begins_anew_parts_words_and_other_tags_do_not(tag: str) -> None:
    assert rows_of(f"<table><tr><td>a<{tag}>b<td>c<b>d</b></table>") == [["a b", "cd"]]


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("<table><tr><td>a<tr><td>b", [["a"], ["b"]]),
        ("<table><td>a</table>", [["a"]]),
        ("<table><td>a</td><tr><td>b</td></table>", [["a"], ["b"]]),
        ("<table><tr><td>a</td></tr><td>b</td></table>", [["a"], ["b"]]),
        ("<table><tr><td>a<b>b<tr><td>c</table>", [["ab"], ["c"]]),
    ],
)
def test_rows_and_cells_end_where_a_browser_ends_them(page: str, rows: list[list[str]]) -> None:
    assert rows_of(page) == rows


def test_a_comment_of_ten_million_characters_is_not_shown_either() -> None:
    page = f"<table><tr><td>a<!--{'x' * 10_000_001}-->b</table>"
    assert [*table_rows([page])] == [(0, ["ab"]), (0, None)]


def test_text_outside_of_cells_is_no_cell() -> None:
    assert rows_of("a<table>b<tr>c<td>d</td>e</tr>f</table>g<tr><td>h") == [["d"]]


def test_rows_come_as_they_end() -> None:
    events = table_rows(["<table><tr><td>a</td></tr><tr>", "<td>b</td></tr>", "</table>"])
    assert [*events] == [(0, ["a"]), (0, ["b"]), (0, None)]
