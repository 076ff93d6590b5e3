"""How cells are read (contract §2): the same spellings in CSV, text cells, number cells and date cells."""

from datetime import date, datetime
from shutil import rmtree
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from orchestration.common import clock
from orchestration.landing import workbook
from orchestration.landing.cells import WHITE_SPACE
from tests.landing.office import EXPORTS, Office, row, table


@pytest.fixture(autouse=True)
def last_day_of_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    """No day that can be written is after the day of the refresh, nor after an export of it."""
    today = datetime(9999, 12, 31, 12, tzinfo=clock.BEIJING)
    monkeypatch.setattr(clock, "now", lambda: today)


DAYS = [
    "2020-03-05",
    "2020-3-5",
    "2020/3/5",
    "2020/03/05",
    "2020.3.5",
    "20200305",
    "2020年3月5日",
    "2020年03月05日",
]
TIMES = {
    "": datetime(2020, 3, 5),
    " 9:08": datetime(2020, 3, 5, 9, 8),
    "T09:08": datetime(2020, 3, 5, 9, 8),
    " 09:08:07": datetime(2020, 3, 5, 9, 8, 7),
    "T23:59:59": datetime(2020, 3, 5, 23, 59, 59),
    "\u30009:08:07": datetime(2020, 3, 5, 9, 8, 7),
    "\u00a009:08": datetime(2020, 3, 5, 9, 8),
    " 24:00": datetime(2020, 3, 6),
    " 24:00:00.000": datetime(2020, 3, 6),
    "T09:08:07.999999999": datetime(2020, 3, 5, 9, 8, 7),
    " 上午9:08": datetime(2020, 3, 5, 9, 8),
    " 下午 3:05:00": datetime(2020, 3, 5, 15, 5),
    " 下午12:30": datetime(2020, 3, 5, 12, 30),
    " 上午12:30": datetime(2020, 3, 5, 0, 30),
    " 下午13:05": datetime(2020, 3, 5, 13, 5),
    "T01:08:07Z": datetime(2020, 3, 5, 9, 8, 7),
    "T01:08:07.5+00:00": datetime(2020, 3, 5, 9, 8, 7),
    " 09:08:07+08": datetime(2020, 3, 5, 9, 8, 7),
    " 09:08 +0800": datetime(2020, 3, 5, 9, 8),
    "T20:00-05:30": datetime(2020, 3, 6, 9, 30),
    "T24:00Z": datetime(2020, 3, 6, 8),
}
UNREADABLE = [
    "2020-02-30",
    "2020-13-01",
    "2020-00-10",
    "0000-01-01",
    "00000101",
    "2020-3/5",
    "2020-03",
    "20-03-05",
    "202003",
    "2020-03-05 24:01",
    "2020-03-05 25:00",
    "2020-03-05 09:08.5",
    "2020-03-05 09:08:07z",
    "2020-03-05 09:08:07 UTC",
    "2020-03-05+08:00",
    "2020-03-05 09:08+99:00",
    "2020-03-05 09:08-08:60",
    "2020-03-05上午9:08",
    "2020-03-05 上午13:08",
    "2020-03-05 晚上9:08",
    "2020-03-05 09:60",
    "2020-03-05 09:08:60",
    "2020-03-05 9",
    "2020-03-05 9:8",
    "2020-03-05 09:08:7",
    "2020-03-05t09:08:07",
    "2020-03-0509:08:07",
    "2020年3月5",
    "3/5/2020",
    "12020-03-05",
    "2020-03-05 x",
    "infinity",
    "epoch",
]


def read_moments(office: Office, cells: list[Any], *, as_sheet: bool = False) -> list[datetime | None]:
    """The moments read from cells of a timestamp column; None where the row was refused as bad_format."""
    rows = [row("registered_users", f"K{place:04d}", 注册时间=cell) for place, cell in enumerate(cells)]
    if as_sheet:
        office.put_sheets("注册用户_99991231.xlsx", S=table(rows))
    else:
        office.put_rows("registered_users", *rows, day="99991231")
    office.land(accept=["too_many_rejects"])
    assert {reason for (reason,) in office.rejected("reason")} <= {"bad_format"}
    landed = dict(office.rows("registered_users", "user_id, registered_at"))
    return [landed.get(f"K{place:04d}") for place in range(len(cells))]


@pytest.mark.parametrize("as_sheet", [False, True])
def test_every_spelling_of_a_moment_is_read(office: Office, as_sheet: bool) -> None:
    expected = {f" {day}{clock}\t": moment for day in DAYS for clock, moment in TIMES.items()}
    assert read_moments(office, list(expected), as_sheet=as_sheet) == list(expected.values())


def test_full_width_moments_are_read(office: Office) -> None:
    assert read_moments(office, ["２０２０－０３－０５　０９：０８：０７", "２０２０年３月５日"]) == [
        datetime(2020, 3, 5, 9, 8, 7),
        datetime(2020, 3, 5),
    ]


@pytest.mark.parametrize("as_sheet", [False, True])
def test_nothing_else_is_read_as_a_moment(office: Office, as_sheet: bool) -> None:
    assert read_moments(office, UNREADABLE, as_sheet=as_sheet) == [None] * len(UNREADABLE)


def test_the_calendar_runs_from_year_1_to_9999(office: Office) -> None:
    assert read_moments(office, ["0001-01-01", "0001/1/1 0:00", "9999-12-31 23:59:59", "99991231"]) == [
        datetime(1, 1, 1),
        datetime(1, 1, 1),
        datetime(9999, 12, 31, 23, 59, 59),
        datetime(9999, 12, 31),
    ]


def test_date_cells_and_serial_numbers_are_rounded_to_the_second(office: Office) -> None:
    cells = {
        datetime(2020, 3, 5, 9, 8, 6, 600_000): datetime(2020, 3, 5, 9, 8, 7),
        datetime(2020, 3, 5, 23, 59, 59, 900_000): datetime(2020, 3, 6),
        date(2020, 3, 5): datetime(2020, 3, 5),
        43895: datetime(2020, 3, 5),
        43895.5: datetime(2020, 3, 5, 12),
        43895.380636574: datetime(2020, 3, 5, 9, 8, 7),
        43895.999999: datetime(2020, 3, 6),
        1: None,
        60: None,
        19_999: None,
        20_000: datetime(1954, 10, 3),
        0.5: None,
        -1: None,
        20200305: datetime(2020, 3, 5),
        2958466: None,
    }
    assert read_moments(office, list(cells), as_sheet=True) == list(cells.values())


def test_a_time_in_a_date_column_is_dropped(office: Office) -> None:
    office.put_rows("cadres", row("cadres", 录入日期="2020/3/5 23:59:59", 离任日期="2020-03-05T00:00"))
    office.land()
    assert office.rows("cadres", "entered_on, left_on") == [(date(2020, 3, 5), date(2020, 3, 5))]


INTEGERS: dict[Any, int | str] = {
    "7": 7,
    "+7": 7,
    "007": 7,
    "-0": 0,
    "1,234": 1234,
    "1,234,567.00": 1234567,
    "１，２３４": 1234,
    "12.0": 12,
    "9223372036854775807": 9223372036854775807,
    "9223372036854775808": "bad_format",
    "7.5": "bad_format",
    "12,34": "bad_format",
    "1234,567": "bad_format",
    ",123": "bad_format",
    "1e3": "bad_format",
    "7 8": "bad_format",
    "七": "bad_format",
    "-7": "bad_value",
    "-1,234.0": "bad_value",
}
NUMBER_CELLS: dict[Any, int | str] = {
    7: 7,
    12.0: 12,
    7.5: "bad_format",
    -7: "bad_value",
    123456789012: 123456789012,
}


@pytest.mark.parametrize(("cells", "as_sheet"), [(INTEGERS, False), (INTEGERS, True), (NUMBER_CELLS, True)])
def test_every_spelling_of_an_integer_is_read(
    office: Office, cells: dict[Any, int | str], as_sheet: bool
) -> None:
    rows = [
        row("channel_visits", 日期=f"2020-05-{day:02d}", 访问量=cell) for day, cell in enumerate(cells, 1)
    ]
    if as_sheet:
        office.put_sheets("频道访问_20210302.xlsx", S=table(rows))
    else:
        office.put_rows("channel_visits", *rows)
    office.land()
    got: dict[int, Any] = dict(office.rejected())
    got |= dict(office.rows("channel_visits", "day(visited_on), page_views"))
    assert [got[day] for day in sorted(got)] == list(cells.values())


@pytest.mark.parametrize(
    "blank",
    [
        *["", " ", "-", "--", "—", "——", "/", "\\N", "NULL", "null", "(null)", "N/A", "n/a", "无", "暂无"],
        *[
            " \u3000--\t",
            "－",
            "ＮＵＬＬ",
            "（ｎｕｌｌ）",
            "\u2028无\u0085",
            "\ufeff无\u200b",
            '="-"',
            '=""',
            "'",
        ],
        *[
            "9999-12-31",
            "9999/1/1 23:59:59",
            "1900-01-01",
            "1900-01-01 00:00",
            "0000-00-00",
            "0000-00-00 00:00:00",
        ],
    ],
)
def test_blank_cells_land_as_null(office: Office, blank: str) -> None:
    office.put_rows("cadres", row("cadres", 离任日期=blank))
    office.land()
    assert office.column("cadres", "left_on") == [None]


@pytest.mark.parametrize("text", ["－", "ＮＵＬＬ", "---", "０", "a　b", "Ａ１", "a\u200bb", "\ufffd"])
def test_ids_titles_and_names_are_kept_as_they_are(office: Office, text: str) -> None:
    office.put_rows("articles", row("articles", text, 标题=text))
    office.land()
    assert office.rows("articles", "article_id, title") == [(text, text)]


@pytest.mark.parametrize("export", ["articles", "cadres"])
def test_white_space_of_any_kind_around_a_cell_goes(office: Office, export: str) -> None:
    around = WHITE_SPACE.replace("\r", "").replace("\n", "")
    org = "机构编码" if export == "articles" else "所属机构编码"
    office.put_rows(export, row(export, f"{around}K 1{around}", **{org: f"{around}A1{around}"}))
    office.land()
    key = "article_id" if export == "articles" else "cadre_id"
    assert office.rows(export, f"{key}, org_code") == [("K 1", "A1")]


@pytest.mark.parametrize("text", ["某稿", "a", "某 稿a", "a某", "〇", "\U00020000", "é", "é某é"])
@pytest.mark.parametrize("around", [" ", "\u3000", "\u2003", "\x1f", "\u00a0"])
def test_titles_lose_white_space_only(office: Office, text: str, around: str) -> None:
    office.put_rows(
        "articles", row("articles", 标题=around + text), row("articles", "K2", 标题=text + around)
    )
    office.land()
    assert office.column("articles", "title") == [text, text]


@pytest.mark.parametrize("text", ["510100", "510100.0", "５１０１００", " 510100 ", "510100.00"])
def test_codes_are_read_with_a_decimal_point_and_in_full_width(office: Office, text: str) -> None:
    office.put_rows("cadres", row("cadres", 所属机构编码=text))
    office.land()
    assert office.column("cadres", "org_code") == ["510100"]


@pytest.mark.parametrize("text", ['="00123"', "'00123", ' ="00123" ', '=" 00123"', "'\u300000123"])
def test_a_key_is_read_out_of_the_quotes_that_keep_its_zeros(office: Office, text: str) -> None:
    office.put_rows("cadres", row("cadres", text))
    office.land()
    assert office.column("cadres", "cadre_id") == ["00123"]


@pytest.mark.parametrize("text", ['="A1"', "'A1", "＝＂Ａ１＂", "A\u200b1", "\ufeffA1"])
def test_a_code_is_read_out_of_quotes_and_without_marks_of_no_width(office: Office, text: str) -> None:
    office.put_rows("cadres", row("cadres", 所属机构编码=text))
    office.land()
    assert office.column("cadres", "org_code") == ["A1"]


@pytest.mark.parametrize("text", ['="某稿"', "'某稿"])
def test_a_title_keeps_quotes_and_apostrophes(office: Office, text: str) -> None:
    office.put_rows("articles", row("articles", 标题=text))
    office.land()
    assert office.column("articles", "title") == [text]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("9999-12-31", "future_date"), ("0000-00-00", "bad_format"), ("0000-01-01", "bad_format")],
)
def test_a_day_that_never_was_is_no_blank_where_one_is_required(
    office: Office, cell: str, reason: str
) -> None:
    office.put_rows("cadres", row("cadres", 录入日期=cell))
    office.land()
    assert office.rejected("reason") == [(reason,)]


def test_a_moment_is_turned_into_beijings_before_its_time_is_dropped(office: Office) -> None:
    cells = ["2020-03-04 24:00", "2020-03-04T16:00:00Z", "2020-03-05T00:30+09:00"]
    office.put_rows(
        "cadres", *(row("cadres", f"K{number}", 录入日期=cell) for number, cell in enumerate(cells))
    )
    office.land()
    assert office.column("cadres", "entered_on") == [date(2020, 3, 5), date(2020, 3, 5), date(2020, 3, 4)]


def test_ids_in_a_csv_keep_their_decimal_point(office: Office) -> None:
    office.put_rows("cadres", row("cadres", "12.0"))
    office.land()
    assert office.column("cadres", "cadre_id") == ["12.0"]


def test_number_cells_in_text_columns_are_their_digits(office: Office) -> None:
    office.put_sheets("工会干部_20210302.xlsx", S=table([row("cadres", 12.0, 所属机构编码=510100)]))
    office.land()
    assert office.rows("cadres", "cadre_id, org_code") == [("12", "510100")]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#NAME?"])
def test_an_error_cell_cannot_be_read_and_is_not_blank(office: Office, error: str) -> None:
    whole = row("articles", 标题="某稿")
    spoilt = [{**whole, "稿件ID": f"K{number}", header: error} for number, header in enumerate(whole)]
    alone = dict.fromkeys(whole, "") | {"标题": error}
    elsewhere = {**row("articles", "K9"), "标题": "某稿"}
    titles, *rows = table([*spoilt, alone, elsewhere])
    sheet = [
        ["信息发布"],
        [titles[0], "备注", *titles[1:]],
        *([first, error, *rest] for first, *rest in rows),
    ]
    office.put_sheets("信息发布_20210302.xlsx", 其他=[["x"]], S=[[None, *cells] for cells in sheet])
    office.land(accept=["too_many_rejects"])
    landed = [column.name for column in EXPORTS["articles"].landed]
    refused = [(number, "bad_format", name) for number, name in enumerate(landed, 1)]
    blank = (7, "missing_required", "article_id")
    assert office.rejected("row_number, reason, column_name") == [*refused, blank]
    assert office.column("articles", "article_id") == ["K9"]


def test_a_sheet_lands_alike_whatever_number_of_its_rows_is_taken_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [datetime(2020, 3, 5, 9, 8), "2020/3/5", date(2020, 3, 5), 43895.5, "2020-03-05", "#N/A"]
    rows = [
        {"姓名": name, **row("registered_users", f"K{number}", 注册时间=moment)}
        for number, (moment, name) in enumerate([(m, n) for n in ("某", 13, "", "合计") for m in moments])
    ]
    office.put_sheets("注册用户_20210302.xlsx", S=table(rows))
    found = []
    for at_once in (1_000, 1, 5, len(rows)):
        monkeypatch.setattr(workbook, "_CHUNK_ROWS", at_once)
        office.land(accept=["too_many_rejects"])
        found.append((office.rows("registered_users"), office.rejected("row_number, reason, column_name")))
        rmtree(office.home)
    landed, refused = found[0]
    assert (len(landed), len(refused)) == (15, 3)
    assert found == [found[0]] * 4


def test_number_cells_of_a_date_column_need_no_serial_number_among_them(office: Office) -> None:
    sheet = table([row("cadres", 录入日期=20200305), row("cadres", "K2", 录入日期=-1)])
    office.put_sheets("工会干部_20210302.xlsx", S=sheet)
    office.land()
    assert office.column("cadres", "cadre_id") == ["K1"]
    assert office.rejected() == [(2, "bad_format")]


def test_scientific_notation_is_refused_in_keys_only(office: Office) -> None:
    office.put_rows(
        "articles", row("articles", "K1", 标题="5.1E+17"), row("articles", "1E+5"), row("articles", "1E5")
    )
    office.land()
    assert office.rejected() == [(2, "bad_format")]


def test_listed_values_land_in_english_and_in_full_width_too(office: Office) -> None:
    office.put_rows("workflow_items", row("workflow_items", 办理方式="\u3000线下 ", 状态="转办"))
    office.land()
    assert office.rows("workflow_items", "channel, status") == [("offline", "transferred")]


def test_landed_types_are_those_of_the_contract(office: Office) -> None:
    office.put_rows("channel_visits", row("channel_visits"))
    office.land()
    types = {
        name: dict(office.query(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{path}')"))
        for path in (office.home / "landed/current").glob("*.parquet")
        for name in [path.stem]
    }
    assert types["channel_visits"] == {
        "org_code": "VARCHAR",
        "visited_on": "DATE",
        "page_views": "BIGINT",
        "visitors": "BIGINT",
    }
    assert types["registered_users"] == {
        "user_id": "VARCHAR",
        "org_code": "VARCHAR",
        "registered_at": "TIMESTAMP",
        "certified_at": "TIMESTAMP",
        "cancelled_at": "TIMESTAMP",
    }
    assert len(types) == 14


def test_serial_numbers_of_a_workbook_that_counts_from_1904_are_read_so(office: Office) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for cells in table([row("cadres", "K1", 录入日期=42433)]):
        book.active.append(cells)
    book.save(office.inbox / "工会干部_20210302.xlsx")
    office.land()
    assert office.column("cadres", "entered_on") == [date(2020, 3, 5)]
