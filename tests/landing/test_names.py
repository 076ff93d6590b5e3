"""What the names in an inbox say (contract §2, Names and Snapshots)."""

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.common import clock
from orchestration.landing import RAW_EXPORTS
from orchestration.landing.hashes import Hashes
from orchestration.landing.inbox import (
    Inbox,
    compact,
    export_dates,
    files_of_an_inbox,
    read_inbox,
    without_copies,
)
from tests.landing.office import EXPORTS, Office, csv_text, row

CADRES = csv_text([row("cadres")])


def only(inbox: Path, **others: Any) -> tuple[str, date, list[str]]:
    """The export, date and files of the one snapshot of an inbox."""
    found = read_inbox(inbox, **others)
    assert not found.faults
    [snapshot] = found.snapshots.values()
    return snapshot.export.name, snapshot.export_date, [file.name for file in snapshot.files]


@pytest.mark.parametrize("separator", ["", "_", "-", " ", "＿", "－", "\u3000"])
@pytest.mark.parametrize("day", ["20210302", "2021-03-02", "2021.3.2", "2021年3月2日", "２０２１０３０２"])
def test_a_date_in_any_form_follows_the_name(office: Office, separator: str, day: str) -> None:
    names = [
        f"工会干部{separator}{day}{after}.{extension}"
        for after in ("", "_1", " (1)", "副本", ".a", "x12", " - 20210505")
        for extension in ("csv", "XLSX", "Et", "htm")
    ]
    for name in names:
        office.put(name, "")
    assert only(office.inbox) == ("cadres", date(2021, 3, 2), sorted(names))


@pytest.mark.parametrize(
    "after_name",
    [
        "",
        "_",
        "_2021030",
        "__20210302",
        "_202103021",
        "_2021-03",
        "_2021.3.215",
        "_20210230",
        "_00000101",
        "_2021年3月",
        "x20210302",
        "2_20210302",
    ],
)
def test_anything_else_after_the_name_is_no_export_date(office: Office, after_name: str) -> None:
    office.put(f"工会干部{after_name}.csv", CADRES)
    assert office.faults() == [("no_export_date", f"工会干部{after_name}.csv")]


@pytest.mark.parametrize("extension", ["", ".pdf", ".xml", ".csv.zip", ".docx", ".csv "])
def test_another_extension_is_unreadable(office: Office, extension: str) -> None:
    office.put(f"工会干部_20210302{extension}", CADRES)
    assert [reason for reason, _ in office.faults()] == ["unreadable"]


@pytest.mark.parametrize(
    "extension", ["csv", "txt", "TSV", "xlsx", "xlsm", "xlsb", "xls", "ods", "et", "html"]
)
def test_no_extension_decides_what_a_file_is(office: Office, extension: str) -> None:
    office.put(f"工会干部_20210302.{extension}", CADRES)
    office.land()
    assert office.counts() == {"cadres": (1, 1, 0)}


def test_an_export_of_tomorrow_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    today = datetime(2021, 3, 2, 0, 30, tzinfo=clock.BEIJING)
    monkeypatch.setattr(clock, "now", lambda: today)
    office.put("工会干部_20210302.csv", CADRES)
    office.put("办件_20210303.csv", "")
    assert office.faults() == [("no_export_date", "办件_20210303.csv")]


def test_names_are_read_as_gb18030_where_they_are_no_utf_8(office: Office) -> None:
    name = "工会干部_20210302.csv"
    (office.inbox / os.fsdecode(name.encode("gb18030"))).write_text(CADRES, encoding="utf-8")
    office.land()
    [file] = office.land().in_force["cadres"].files
    assert file.name == name


def test_files_are_in_the_order_of_the_code_points_of_their_decoded_names(office: Office) -> None:
    names = ["工会干部_20210302_b.csv", "工会干部_20210302_a.csv"]
    (office.inbox / os.fsdecode(names[0].encode())).write_text(csv_text([row("cadres", "K2")]), "utf-8")
    (office.inbox / os.fsdecode(names[1].encode("gb18030"))).write_text(CADRES, "utf-8")
    office.land()
    assert office.column("cadres", "cadre_id") == ["K1", "K2"]


def test_other_names_are_those_of_the_exports_given_the_longest_first(office: Office) -> None:
    exports = [
        replace(
            each,
            other_names={"cadres": ("办件人（一）", "干部"), "articles": ("干部稿件",)}.get(each.name, ()),
        )
        for each in RAW_EXPORTS
    ]
    for name, export in (
        ("办件人(一)", "cadres"),
        ("干部", "cadres"),
        ("干部稿件", "articles"),
        ("办件", "workflow_items"),
    ):
        path = office.put(f"{name}20210302.csv", "")
        assert only(office.inbox, exports=exports) == (export, date(2021, 3, 2), [path.name])
        path.unlink()


@pytest.mark.parametrize(
    "name", ["办件_20210302.xlsx.crdownload", "x.PART", "x.partial", "~x.tmp", "x.csv.download"]
)
def test_unfinished_downloads_are_passed_over_with_a_notice(office: Office, name: str) -> None:
    office.put(name, b"\xff\0")
    found = read_inbox(office.inbox)
    assert tuple(map(str, found.notices)) == (f"{name}: passed over, a download that is not complete",)
    assert not found.faults


@pytest.mark.parametrize(
    "name",
    [
        ".办件",
        "~$办件_20210302.xlsx",
        "Thumbs.db",
        "desktop.ini",
        "Desktop.ini",
        "．DS_Store",
        "～＄办件_20210302.xlsx",
        "Ｔｈｕｍｂｓ.db",
    ],
)
def test_what_systems_leave_behind_is_passed_over_silently(office: Office, name: str) -> None:
    office.put(name, b"\xff\0")
    found = read_inbox(office.inbox)
    assert (found.notices, found.faults) == ((), ())


def test_a_copy_in_its_snapshot_is_passed_over_with_a_notice(office: Office) -> None:
    office.put("工会干部_20210302.csv", CADRES)
    office.put("工会干部_20210302 (1).csv", CADRES)
    office.put("工会干部_20210302_2.csv", CADRES.replace("K1", "K2"))
    result = office.land()
    assert result.notices == (
        "工会干部_20210302.csv: passed over, it is a copy of 工会干部_20210302 (1).csv",
    )
    assert office.counts() == {"cadres": (2, 2, 0)}


def test_files_of_one_size_that_only_begin_alike_are_no_copies(office: Office) -> None:
    longer_than_what_is_compared = CADRES + "\n" * 70_000
    office.put("工会干部_20210302_1.csv", longer_than_what_is_compared + "K2,A1,2020-03-05,\n")
    office.put("工会干部_20210302_2.csv", longer_than_what_is_compared + "K3,A1,2020-03-05,\n")
    assert office.land().notices == ()
    assert office.column("cadres", "cadre_id") == ["K1", "K2", "K3"]


def test_only_files_of_one_size_that_begin_alike_are_hashed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = {"1": b"abc", "2": b"abcd", "3": b"xbcd", "4": b"long one", "5": b"long one"}
    contents |= {"6": b"x" * 70_000, "7": b"x" * 70_001}
    for suffix, content in contents.items():
        office.put(f"工会干部_20210302_{suffix}.csv", content)
    hashed: list[str] = []

    def noted(_: Hashes, path: Path) -> str:
        hashed.append(path.stem[-1])
        return "digest"

    monkeypatch.setattr(Hashes, "of", noted)
    [snapshot] = read_inbox(office.inbox).snapshots.values()
    kept, notices = without_copies(snapshot, Hashes(office.home))
    assert hashed == ["4", "5"]
    assert [file.path.stem[-1] for file in kept.files] == ["1", "2", "3", "4", "6", "7"]
    assert [(notice.why, notice.other) for notice in notices] == [("copy", "工会干部_20210302_4.csv")]


def test_no_inbox_is_an_empty_one() -> None:
    assert read_inbox(None) == Inbox({}, (), ())
    assert export_dates(None) == []


def test_the_export_dates_are_those_of_the_newest_snapshots(office: Office) -> None:
    for name in ("工会干部_20210302", "工会干部_20210301", "办件_20210228"):
        office.put(f"{name}.csv", "")
    assert sorted(export_dates(office.inbox)) == [date(2021, 2, 28), date(2021, 3, 2)]


def test_an_office_is_told_what_files_of_an_inbox_are_called() -> None:
    said = files_of_an_inbox()
    assert said.startswith("called NAME and date, like 办件_20210302.csv (.csv .txt .tsv .xlsx ")


@pytest.mark.parametrize(
    ("day", "spelled"), [(date(2021, 3, 2), "20210302"), (date(999, 12, 31), "09991231")]
)
def test_a_snapshot_is_called_by_its_name_and_its_date_of_eight_digits(
    office: Office, day: date, spelled: str
) -> None:
    office.put(f"工会干部_{spelled}.csv", "")
    [snapshot] = read_inbox(office.inbox).snapshots.values()
    assert (snapshot.export_date, snapshot.label) == (day, f"工会干部_{spelled}")
    assert compact(day) == spelled


def test_the_same_date_with_another_file_replaces_what_is_landed(office: Office) -> None:
    path = office.put("工会干部_20210302.csv", CADRES)
    office.land()
    path.unlink()
    office.put("工会干部_2021年3月2日.csv", CADRES + "K3,A1,2020-03-05,\n")
    assert office.land().landed == ("cadres",)
    assert office.column("cadres", "cadre_id") == ["K1", "K3"]


def test_every_chinese_name_is_its_export(office: Office) -> None:
    for export in EXPORTS.values():
        office.put(f"{export.chinese}2021.3.2.csv", "")
    assert {each.export.name for each in read_inbox(office.inbox).snapshots.values()} == set(EXPORTS)


def test_only_regular_files_directly_in_the_inbox_count(office: Office) -> None:
    (office.inbox / "工会干部_20990101.csv").mkdir()
    (office.inbox / "工会干部_20990101.csv/通讯录.csv").write_text("x")
    (office.inbox / "备份").mkdir()
    (office.inbox / ".hidden").mkdir()
    (office.inbox / "坏_20210302.csv").symlink_to("nowhere")
    office.put(".DS_Store", "x")
    office.put("~$工会干部_20990101.xlsx", "x")
    elsewhere = office.inbox.parent / "elsewhere"
    elsewhere.write_text(CADRES, encoding="utf-8")
    (office.inbox / "工会干部_20210302.csv").symlink_to(elsewhere)
    result = office.land()
    assert office.counts() == {"cadres": (1, 1, 0)}
    assert [notice.partition(":")[0] for notice in result.notices] == [
        "坏_20210302.csv",
        "备份",
        "工会干部_20990101.csv",
    ]


def test_older_files_of_the_inbox_are_passed_over_unread(office: Office) -> None:
    office.put("工会干部_20210302.csv", CADRES)
    office.put("工会干部_20210301.pdf", b"\0")
    office.put("工会干部_20210228.csv", b"")
    result = office.land()
    assert [notice.partition(":")[0] for notice in result.notices] == [
        "工会干部_20210228.csv",
        "工会干部_20210301.pdf",
    ]


def test_names_that_text_cannot_hold_are_escaped(office: Office) -> None:
    path = Path(os.fsdecode(os.fsencode(office.inbox) + "/工会干部_20210302_".encode() + b"\xff\n.csv"))
    path.write_text(CADRES + "K2,A9,2020-03-05,\n", encoding="utf-8")
    office.land()
    assert office.rejected("file_name") == [(r"工会干部_20210302_\udcff\n.csv",)]
