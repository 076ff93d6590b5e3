"""File rules (contract §2): names, dates, encodings, headers and sheets."""

import codecs
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.common.watcher import Watcher
from orchestration.landing import InboxNotFound, InputRefused, LandedSnapshot, land
from tests.landing.office import CODES, EXPORTS, Office, row, table

CADRES = "干部ID,所属机构编码,录入日期,离任日期\nK1,A1,2020-03-05,\n"
VISITS = "机构编码,日期,访问量,访客数\n"
BOOK = table([row("cadres")])

NAMES = {
    "通讯录_20210302.csv": "unknown_export",
    "通讯录.pdf": "unknown_export",
    "工会干部.csv": "no_export_date",
    "工会干部.pdf": "no_export_date",
    "工会干部_.csv": "no_export_date",
    "工会干部_2021030.csv": "no_export_date",
    "工会干部_202103021.csv": "no_export_date",
    "工会干部_20210230.csv": "no_export_date",
    "工会干部_00000101.csv": "no_export_date",
    "工会干部_x_20210302.csv": "no_export_date",
    "工会干部_20210302.pdf": "unreadable",
    "工会干部_20210302": "unreadable",
}


@pytest.mark.parametrize(("name", "reason"), NAMES.items())
def test_a_name_that_breaks_the_rules_is_refused(office: Office, name: str, reason: str) -> None:
    office.put(name, CADRES)
    assert office.faults() == [(reason, name)]


@pytest.mark.parametrize(
    "name",
    [
        "工会干部_20210302.csv",
        "工会干部_20210302.CSV",
        "工会干部_20210302_.Csv",
        "工会干部_20210302_a.b_c.csv",
    ],
)
def test_a_name_that_keeps_the_rules_lands(office: Office, name: str) -> None:
    office.put(name, CADRES)
    office.land()
    assert office.counts() == {"cadres": (1, 1, 0)}


def test_a_missing_inbox_is_told_apart_from_an_empty_one(office: Office) -> None:
    office.inbox.rmdir()
    with pytest.raises(InboxNotFound, match="inbox"):
        office.land()


NAMED_CADRE = "干部ID,所属机构编码,姓名,录入日期,离任日期\nK1,A1,\0,2020-03-05,\n"

UNREADABLE: dict[str, bytes] = {
    "empty": b"",
    "bom alone": codecs.BOM_UTF8,
    "neither encoding": CADRES.encode("gb18030") + b"\xff\n",
    "cut off in a character": (CADRES + "某").encode()[:-1],
    "nul": CADRES.encode() + b"K2,A1,\0,\n",
    "no utf-8 in a cell that does not land": NAMED_CADRE.encode().replace(b"\0", b"\xff"),
    "no utf-8 in a cell beyond the header": (CADRES + "K2,A1,2020-03-05,,").encode() + b"\xff\n",
    "utf-16 without a bom": CADRES.encode("utf-16-le"),
    "text after a closing quote above the header": ('"a"b,"c" \n' + CADRES).encode(),
    "quote never closed": (CADRES + 'K2,"A1,2020-03-05,\n').encode(),
    "quote never closed at the very end": (CADRES + '"').encode(),
    "quote never closed, no header": '工会干部导出表\n,,\n"x\n'.encode(),
    "nul, no header": b"x\ny\n\0\n",
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_an_unreadable_file_is_refused(office: Office, case: str) -> None:
    office.put("工会干部_20210302.csv", UNREADABLE[case])
    assert office.faults() == [("unreadable", "工会干部_20210302.csv")]


@pytest.mark.parametrize("kept", [0, 1000, -1000, -1])
def test_a_corrupt_workbook_is_refused(office: Office, kept: int) -> None:
    path = office.put_sheets("工会干部_20210302.xlsx", S=BOOK)
    path.write_bytes(path.read_bytes()[:kept])
    assert office.faults() == [("unreadable", path.name)]


MISSING = {
    "no header": "某,某\n",
    "a column short": "干部ID,所属机构编码,录入日期\nK1,A1,2020-03-05\n",
    "another spelling": CADRES.replace("干部ID", "干部编号"),
    "a column twice": CADRES.replace("离任日期", "离任日期,干部ID"),
    "a personal column twice": CADRES.replace("离任日期", "离任日期,姓名,姓名"),
    "in row 12": "x\n" * 11 + CADRES,
    "blank lines": "\n\n\n",
    "the header of another export": VISITS,
}


@pytest.mark.parametrize("case", MISSING)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_without_header_is_refused(office: Office, case: str, encoding: str) -> None:
    office.put("工会干部_20210302.csv", MISSING[case], encoding)
    assert office.faults() == [("missing_columns", "工会干部_20210302.csv")]


def test_missing_and_doubled_columns_are_named(office: Office) -> None:
    office.put("工会干部_20210302_1.csv", "说明,干部ID\n干部ID,所属机构编码,姓名,姓名\n")
    with pytest.raises(InputRefused) as refused:
        office.land()
    assert (
        "missing: 录入日期、离任日期; without a column: 姓名; standing twice: 姓名"
        in refused.value.faults[0].message
    )


HEADERS = {
    "first row": CADRES,
    "row 11": "x\n" * 10 + CADRES,
    "under blank lines": "\n \n,,\n\n" + CADRES,
    "under rows of other widths": "某,某,某,某,某,某,某,某,某,某\nx\n" + CADRES,
    "under quoted rows": '"导出,表","x"\n"a\nb"\n' + CADRES,
    "under a row with odd quotes": 'a"b,"c" \n' + CADRES,
    "under a first row that is nearly one": "干部ID,所属机构编码,录入日期\n" + CADRES,
    "under a row that has a column twice": "干部ID,所属机构编码,录入日期,离任日期,干部ID\n" + CADRES,
    "other order": "离任日期,录入日期,所属机构编码,干部ID\n,2020-03-05,A1,K1\n",
    "extra columns": "序号,干部ID,备注,备注,所属机构编码,姓名,录入日期,离任日期\n1,K1,,x,A1,某,2020-03-05,\n",
    "full width and white space": CADRES.replace("干部ID,", "\u3000干部ＩＤ\u00a0,"),
    "quoted": '"干部ID","所属机构编码","录入日期","离任日期"\n"K1","A1","2020-03-05",""\n',
    "a newline in the header": '"干部ID\n",所属机构编码,录入日期,离任日期\nK1,A1,2020-03-05,\n',
}


@pytest.mark.parametrize("case", HEADERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_header_is_found(office: Office, case: str, encoding: str, newline: str) -> None:
    office.put("工会干部_20210302.csv", HEADERS[case].replace("\n", newline), encoding)
    office.land()
    assert office.rows("cadres", "cadre_id, org_code, CAST(entered_on AS VARCHAR), left_on") == [
        ("K1", "A1", "2020-03-05", None)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_header_without_rows_is_an_empty_snapshot(office: Office, encoding: str) -> None:
    office.put("频道访问_20210302.csv", VISITS.rstrip(), encoding)
    office.put_sheets("工会干部_20210302.xlsx", S=BOOK[:1])
    office.land()
    assert office.counts() == {"cadres": (0, 0, 0), "channel_visits": (0, 0, 0)}


def test_a_header_with_thousands_of_columns_is_refused(office: Office) -> None:
    wide = "," * 16_000
    office.put(
        "工会干部_20210302.csv", f"干部ID,所属机构编码,录入日期,离任日期{wide}\nG1,A1,2020-03-05,{wide}\n"
    )
    assert office.faults() == [("unreadable", "工会干部_20210302.csv")]


def test_every_sheet_with_the_header_lands_in_order(office: Office) -> None:
    office.put_sheets(
        "工会干部_20210302.xlsx",
        说明=[["本表", "某"]],
        二=[["工会干部"], [], *table([row("cadres", "K2"), row("cadres", "K9", 所属机构编码="A9")])],
        一=table([row("cadres", "K1")]),
    )
    result = office.land()
    assert office.column("cadres", "cadre_id") == ["K2", "K1"]
    assert office.rejected("row_number, sheet_name, column_name") == [(2, "二", "org_code")]
    assert len(result.notices) == 1


@pytest.mark.parametrize(("columns", "faults"), [(1, []), (2, ["missing_columns"]), (3, ["missing_columns"])])
def test_a_sheet_with_half_the_columns_is_refused(office: Office, columns: int, faults: list[str]) -> None:
    office.put_sheets("工会干部_20210302.xlsx", S=BOOK, T=[BOOK[0][:columns]])
    assert [reason for reason, _ in office.faults()] == faults


def test_a_workbook_without_any_header_is_refused(office: Office) -> None:
    office.put_sheets("工会干部_20210302.xlsx", S=[["x"]], T=[])
    assert office.faults() == [("missing_columns", "工会干部_20210302.xlsx")]


def test_a_formula_is_not_evaluated(office: Office) -> None:
    office.put_sheets("信息发布_20210302.xlsx", S=table([row("articles", 标题="=1+1")]))
    office.land()
    assert office.rejected() == [(1, "bad_format")]  # written without a cached value


def test_all_faults_of_all_files_are_told_in_file_name_order(office: Office) -> None:
    office.put("通讯录_20210302.csv", "x")
    office.put("工会干部_20210302_2.csv", b"")
    office.put("工会干部_20210302_1.csv", "x\n")
    office.put("办件_2021.csv", "x")
    office.put_rows("channel_visits", *([row("channel_visits")] * 22))
    with pytest.raises(InputRefused) as refused:
        office.land()
    lines = [str(fault).split("\t")[:2] for fault in refused.value.faults]
    assert lines == [
        ["no_export_date", "办件_2021.csv"],
        ["missing_columns", "工会干部_20210302_1.csv"],
        ["unreadable", "工会干部_20210302_2.csv"],
        ["unknown_export", "通讯录_20210302.csv"],
        ["too_many_rejects", "频道访问_20210302"],
    ]


@pytest.mark.parametrize("suffix", ["_[1]", "_*", "_第　一", "_'a'", "_a b", "_%20"])
def test_names_with_special_characters_are_read(office: Office, suffix: str) -> None:
    path = office.put(f"工会干部_20210302{suffix}.csv", CADRES + "K2,A9,2020-03-05,\n")
    office.land()
    assert office.rejected("file_name") == [(path.name,)]


def test_a_snapshot_says_what_it_was_made_of(office: Office) -> None:
    path = office.put("工会干部_20210302.csv", CADRES)
    snapshot: LandedSnapshot = office.land().in_force["cadres"]
    assert (snapshot.rows_read, snapshot.rows_landed, snapshot.rows_rejected) == (1, 1, 0)
    assert [(file.name, file.size_bytes) for file in snapshot.files] == [(path.name, path.stat().st_size)]


def test_every_export_lands_from_its_own_spec(office: Office) -> None:
    for name in EXPORTS:
        office.put_rows(name, row(name))
    result = office.land()
    assert result.landed == tuple(EXPORTS)
    assert office.counts() == dict.fromkeys(sorted(EXPORTS), (1, 1, 0))


class _Meddler(Watcher):
    """Does something to a file while it is read."""

    def __init__(self, meddle: Callable[[], object]) -> None:
        self._meddle = meddle

    @contextmanager
    def reads(self, name: str, size_bytes: int, share: Callable[[], float]) -> Iterator[None]:
        self._meddle()
        yield


@pytest.mark.parametrize("name", ["工会干部_20210302.csv", "工会干部_20210302.xlsx"])
@pytest.mark.parametrize("what", ["grown", "gone", "another by its name"])
def test_a_file_that_changes_while_it_is_read_is_refused(office: Office, name: str, what: str) -> None:
    path = office.put(name, CADRES) if name.endswith("csv") else office.put_sheets(name, S=BOOK)
    content = path.read_bytes()
    other = path.with_name(".other")
    other.write_bytes(content)
    meddle = {
        "grown": lambda: path.write_bytes(
            content + (b"K2,A1,2020-03-05,\n" if path.suffix == ".csv" else b"")
        ),
        "gone": path.unlink,
        "another by its name": lambda: other.replace(path),
    }[what]
    with pytest.raises(InputRefused) as refused:
        land(office.inbox, office.home, CODES, watcher=_Meddler(meddle))
    assert [(fault.reason, fault.file) for fault in refused.value.faults] == [("unreadable", name)]
    path.write_bytes(content)
    office.land()
    assert office.counts() == {"cadres": (1, 1, 0)}


def test_what_is_no_regular_file_is_passed_over_and_never_opened(office: Office) -> None:
    os.mkfifo(office.inbox / "工会干部_20990101.csv")  # opening it would wait for ever
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(office.inbox)  # a socket's path may have some 100 bytes
        listening.bind("工会干部_20990102.csv")
        os.chdir(here)
        (office.inbox / "工会干部_20990103.csv").symlink_to("/dev/zero")
        office.put("工会干部_20210302.csv", CADRES)
        result = office.land()
    assert office.counts() == {"cadres": (1, 1, 0)}
    assert len(result.notices) == 3


@pytest.mark.parametrize(
    "middle", ["\n", "\t", "\r\n", "'", '"', "😀", "\u2028", "\x1b[31m", "; rm -rf ~", "$(id)", "%s{0}"]
)
def test_a_fault_is_one_line_of_three_parts_whatever_the_name(office: Office, middle: str) -> None:
    office.put(f"通讯录{middle}_20210302.csv", "x")
    with pytest.raises(InputRefused) as refused:
        office.land()
    [line] = str(refused.value).splitlines()
    reason, name, _ = line.split("\t")
    assert reason == "unknown_export"
    assert name.isprintable()


def test_an_old_workbook_with_sectors_of_an_absurd_size_is_damaged(office: Office) -> None:
    header = bytearray(512)
    header[:8], header[26:34] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x03\x00\xfe\xff\xff\xff\x06\x00"
    office.put("工会干部_20210302.xls", bytes(header) * 4)
    assert office.faults() == [("unreadable", "工会干部_20210302.xls")]
