"""One snapshot, read and judged on a bench: its rows, what is refused and where, what nobody knows."""

import errno
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.common.watcher import Watcher
from orchestration.landing import snapshot
from orchestration.landing.bench import Bench, Form, Part, ReadFile, open_bench
from orchestration.landing.header import Header
from orchestration.landing.inbox import read_inbox
from orchestration.landing.lists import open_lists
from orchestration.landing.outcome import LandedFile, Notice
from orchestration.landing.snapshot import (
    CheckedSnapshot,
    Refused,
    check_snapshot,
    keys_lost,
    list_refused,
    rows_read,
    write_empty,
    write_landed,
)
from tests.landing.office import CODES, EXPORTS, Office, csv_text, row, table

CADRES = EXPORTS["cadres"]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    (tmp_path / "scratch").mkdir()
    opened = open_bench(tmp_path / "scratch", CODES, [])
    open_lists(opened.con)
    with opened.con:
        yield opened


def checked(bench: Bench, office: Office) -> CheckedSnapshot:
    """The one snapshot of an inbox."""
    [found] = read_inbox(office.inbox).snapshots.values()
    return check_snapshot(bench, found, Watcher())


def listed(bench: Bench, one: CheckedSnapshot) -> list[tuple[Any, ...]]:
    list_refused(bench, one, into="rejected_rows")
    return bench.con.execute("FROM rejected_rows").fetchall()


def put_parts(office: Office) -> None:
    """A snapshot of five parts: two texts, one of them without a row, two sheets, a table of a page."""
    office.put_rows("cadres", row("cadres", "K1"), row("cadres", "K2", 录入日期="昨天"), suffix="_1")
    office.put("工会干部_20210302_2.csv", csv_text([row("cadres")]).splitlines()[0] + "\n")
    sheets = {
        "甲": [row("cadres", "K1"), row("cadres", "K3")],
        "乙": [row("cadres", "K4", 所属机构编码="A9")],
    }
    office.put_sheets("工会干部_20210302_3.xlsx", **{name: table(rows) for name, rows in sheets.items()})
    lines = table([row("cadres", "合计"), row("cadres", "K5", 录入日期="昨天")])
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    office.put("工会干部_20210302_4.xls", f"<html><table>{cells}</table></html>")


def test_a_snapshot_is_counted_and_its_refused_rows_are_told_where_they_stand(
    bench: Bench, office: Office
) -> None:
    put_parts(office)
    one = checked(bench, office)
    assert (one.landed.rows_read, one.landed.rows_landed, one.landed.rows_rejected) == (6, 2, 4)
    assert (one.landed.export_date, one.landed.codes_digest) == (date(2021, 3, 2), CODES.digest)
    text, _, book, page = (f"工会干部_20210302_{number}" for number in range(1, 5))
    assert [file.name for file in one.landed.files] == [
        f"{text}.csv",
        "工会干部_20210302_2.csv",
        f"{book}.xlsx",
        f"{page}.xls",
    ]
    assert [(part.sheet_name, part.rows) for part in one.parts] == [
        (None, 2),
        (None, 0),
        ("甲", 2),
        ("乙", 1),
        ("table 1", 2),
    ]
    assert one.refused == (
        Refused("bad_format", "entered_on", 2, ((f"{text}.csv", None, 2), (f"{page}.xls", "table 1", 2))),
        Refused("duplicate_row", "", 1, ((f"{book}.xlsx", "甲", 1),)),
        Refused("unknown_code", "org_code", 1, ((f"{book}.xlsx", "乙", 1),)),
    )
    assert rows_read(bench, one) == [2, 0, 2, 1, 1]
    assert listed(bench, one) == [
        ("cadres", 1, f"{text}.csv", 2, "bad_format", None, "entered_on", "A1"),
        ("cadres", 3, f"{book}.xlsx", 1, "duplicate_row", "甲", None, "A1"),
        ("cadres", 4, f"{book}.xlsx", 1, "unknown_code", "乙", "org_code", None),
        ("cadres", 5, f"{page}.xls", 2, "bad_format", "table 1", "entered_on", "A1"),
    ]
    assert (one.notices, one.faults) == ((), ())


def test_a_snapshot_lands_as_it_was_kept_and_none_as_an_empty_file(
    bench: Bench, office: Office, tmp_path: Path
) -> None:
    put_parts(office)
    checked(bench, office)
    write_landed(bench, CADRES, tmp_path / "landed.parquet")
    write_empty(bench, CADRES, tmp_path / "empty.parquet")
    landed, empty = (f"FROM '{tmp_path}/{name}.parquet'" for name in ("landed", "empty"))
    assert bench.con.execute(f"SELECT cadre_id {landed}").fetchall() == [("K1",), ("K3",)]
    assert bench.con.execute(empty).fetchall() == []
    types = [column.sql_type for column in CADRES.landed]
    assert [type_ for _, type_, *_ in bench.con.execute(f"DESCRIBE {empty}").fetchall()] == types


def test_nothing_of_a_snapshot_is_left_for_the_next(bench: Bench, office: Office) -> None:
    put_parts(office)
    checked(bench, office)
    for path in office.inbox.iterdir():
        path.unlink()
    office.put_rows("cadres", row("cadres", "K1"))
    one = checked(bench, office)
    assert (one.landed.rows_read, one.landed.rows_rejected) == (1, 0)


def test_the_key_that_is_doubled_is_told_by_its_first_column(bench: Bench, office: Office) -> None:
    office.put_rows("channel_visits", row("channel_visits"), row("channel_visits", 访问量="8"))
    one = checked(bench, office)
    assert [(each.reason, each.column) for each in one.refused] == [("duplicate_key", "org_code")]


def test_only_the_first_three_rows_of_a_reason_are_told(bench: Bench, office: Office) -> None:
    office.put_rows("cadres", *(row("cadres", f"K{number}", 录入日期="昨天") for number in range(5)))
    [refused] = checked(bench, office).refused
    assert (refused.rows, [number for _, _, number in refused.first]) == (5, [1, 2, 3])


def test_the_rows_of_a_file_that_is_refused_midway_count_for_nothing(bench: Bench, office: Office) -> None:
    header, first = table([row("cadres", "K1")])
    book = office.put_sheets(
        "工会干部_20210302_1.xlsx", S=[header, first, ["K8", *first[1:]]], T=[header[:3]]
    )
    office.put("工会干部_20210302_2.csv", "")
    office.put_rows("cadres", row("cadres", "K1"), row("cadres", "K2", 录入日期="昨天"), suffix="_3")
    one = checked(bench, office)
    assert [(fault.reason, fault.file) for fault in one.faults] == [
        ("missing_columns", book.name),
        ("unreadable", "工会干部_20210302_2.csv"),
    ]
    assert one.faults[0].miss is not None
    assert (one.landed.rows_read, one.landed.rows_landed) == (2, 1)
    assert [(part.file_name, part.rows) for part in one.parts] == [
        (book.name, 2),
        ("工会干部_20210302_3.csv", 2),
    ]
    assert [place for each in one.refused for place in each.first] == [("工会干部_20210302_3.csv", None, 2)]


@pytest.mark.parametrize(
    ("rows", "told"),
    [(1_048_574, False), (1_048_575, True), (1_048_576, True), (1_048_577, False)],
)
def test_a_part_as_long_as_a_sheet_can_be_may_be_cut_off(
    bench: Bench, office: Office, monkeypatch: pytest.MonkeyPatch, rows: int, told: bool
) -> None:
    path = office.put_rows("cadres", row("cadres"))
    part = Part(path.name, None, rows, Header(0, {}, 4, {}))
    read = ReadFile(LandedFile(path.name, "", 1), Form("text"), (part,))
    monkeypatch.setitem(snapshot._READERS, "text", lambda *_: read)
    notice = Notice("工会干部_20210302", "perhaps_cut_off")
    assert checked(bench, office).notices == (notice,) * told


def test_keys_are_lost_that_no_row_kept_has(bench: Bench, office: Office, tmp_path: Path) -> None:
    rows = [row("cadres", f"K{number}") for number in range(64)]
    office.put_rows("cadres", *rows)
    checked(bench, office)
    write_landed(bench, CADRES, tmp_path / "before.parquet")
    assert keys_lost(bench, CADRES, tmp_path / "before.parquet") == 0
    office.put_rows("cadres", *rows[48:], row("cadres", "K0", 所属机构编码="A9"), row("cadres", "new"))
    checked(bench, office)
    assert keys_lost(bench, CADRES, tmp_path / "before.parquet") == 48
    assert 0 < keys_lost(bench, CADRES, tmp_path / "before.parquet", 4) < 48


def refusals(bench: Bench, office: Office) -> list[tuple[str, str]]:
    return [(fault.reason, fault.message) for fault in checked(bench, office).faults]


def test_a_file_with_another_extension_is_refused(bench: Bench, office: Office) -> None:
    office.put("工会干部_20210302.pdf", csv_text([row("cadres")]))
    [(reason, said)] = refusals(bench, office)
    assert reason == "unreadable" and said.startswith("expected one of the extensions .csv, .txt, ")


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [(errno.ENOENT, True), (errno.EACCES, True), (errno.EIO, False), (errno.ENOSPC, False)],
)
def test_what_the_office_cannot_help_is_not_told_as_a_fault_of_its_file(
    bench: Bench, office: Office, monkeypatch: pytest.MonkeyPatch, wrong: int, refused: bool
) -> None:
    def fails(_: Path) -> str:
        raise OSError(wrong, "wrong")

    monkeypatch.setattr(snapshot, "kind_of", fails)
    office.put_rows("cadres", row("cadres"))
    if refused:
        assert refusals(bench, office) == [("unreadable", "it cannot be read: wrong")]
    else:
        with pytest.raises(OSError, match="wrong"):
            checked(bench, office)
