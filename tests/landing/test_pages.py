"""HTML pages with tables: what many systems call .xls (contract §2)."""

import pytest

from orchestration.landing import page
from orchestration.landing.kinds import kind_of
from orchestration.landing.page_tables import table_rows
from tests.landing.office import Office, row, table

NAME = "工会干部_20210302.xls"
HEADER = "<tr><th>干部ID<th>所属机构编码</th><th>录入<br>日期</th><th>离任日期</th></tr>"
HEAD = '<html><head><meta charset="gb2312"><style>td{mso-number-format:"\\@";}</style></head><body>'
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
    header = HEADER.replace("<br>", "")
    first = f"{HEAD}<table><tr><td>x</table><table>{header}{LINE.format('K1')}</table>"
    office.put(NAME, f"{first}<table>{header}{LINE.format('K2')}{LINE.format('')}")
    result = office.land()
    assert office.column("cadres", "cadre_id") == ["K1", "K2"]
    assert office.rejected("row_number, reason, sheet_name") == [(2, "missing_required", "table 3")]
    assert len(result.notices) == 1


@pytest.mark.parametrize(("columns", "faults"), [(1, []), (2, ["missing_columns"])])
def test_a_table_with_half_the_columns_is_refused(office: Office, columns: int, faults: list[str]) -> None:
    near = "".join(f"<td>{title}</td>" for title in ["干部ID", "所属机构编码"][:columns])
    header = HEADER.replace("<br>", "")
    office.put(NAME, f"<table>{header}{LINE.format('K1')}</table><table><tr>{near}</tr></table>")
    assert [reason for reason, _ in office.faults()] == faults


@pytest.mark.parametrize(
    "page", ["<html><body>登录超时</body></html>", '<?xml version="1.0"?><Workbook><Table/>']
)
def test_a_page_without_a_table_is_text(office: Office, page: str) -> None:
    assert kind_of(office.put(NAME, page)) == "text"


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
    header = HEADER.replace("<br>", "")
    within = f"<table>{header}{inner}</table>"
    last = f"<td>A1</td><td>2020-03-05</td><td></td><td>{within}{within.replace('K', 'L')}</td>"
    return f"<table>{header}{outer.format('K1')}<tr><td>K2</td>{last}</tr>{outer.format('K3')}</table>"


def test_tables_with_the_header_within_such_a_table_land_after_it(office: Office) -> None:
    office.put(NAME, nested(LINE, nested(LINE.replace("K", "M"), LINE.format("K4")).replace("K1", "K5")))
    office.land()
    assert len(office.column("cadres", "cadre_id")) == len(set(office.column("cadres", "cadre_id")))
    assert office.column("cadres", "cadre_id")[:3] == ["K1", "K2", "K3"]
    assert {"K4", "K5", "L4", "L5"} <= set(office.column("cadres", "cadre_id"))


def test_tables_within_each_other_without_end_are_refused(office: Office) -> None:
    page = LINE.format("K9")
    for _ in range(8):
        page = nested(LINE, page)
    office.put(NAME, page)
    assert office.faults() == [("unreadable", NAME)]


def test_a_layout_table_without_the_header_may_go_on_behind_those_within_it(office: Office) -> None:
    header = HEADER.replace("<br>", "")
    within = f"<table>{header}{LINE.format('K1')}</table>"
    office.put(NAME, f"<table><tr><td>{within}</td></tr>{header}{LINE.format('K2')}</table>")
    office.land()
    assert office.column("cadres", "cadre_id") == ["K1", "K2"]


def test_a_page_is_parsed_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = []
    monkeypatch.setattr(page, "table_rows", lambda texts: passes.append(1) or table_rows(texts))
    header = HEADER.replace("<br>", "")
    office.put(NAME, "".join(f"<table>{header}{LINE.format(f'K{n}')}</table>" for n in range(5)))
    office.land()
    assert (len(office.column("cadres", "cadre_id")), len(passes)) == (5, 1)


def test_one_long_text_over_many_rows_is_refused_before_it_takes_the_memory(office: Office) -> None:
    long = f"<tr><td rowspan=65000>{'长' * 2000}</td><td>A1</td></tr>"
    office.put(NAME, f"<table>{HEADER.replace('<br>', '')}{long}{'<tr>' * 65_000}</table>")
    assert office.faults() == [("unreadable", NAME)]
