"""A landing as a whole: what is due, what is told of it, and what is asked for where something is lost."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.common.watcher import Watcher
from orchestration.landing import InputRefused, LandingFailed, due, hashes, land, landed_dir, run
from orchestration.landing.bench import Bench
from orchestration.landing.bench import open_bench as really_open_bench
from tests.landing.office import CODES, EXPORTS, Office, csv_text, row, table


def labels(office: Office) -> list[str]:
    """What a landing of the inbox would land."""
    return [snapshot.label for snapshot in due(office.inbox, office.home, CODES)]


def test_what_is_new_is_due_and_what_has_landed_is_not(office: Office) -> None:
    path = office.put_rows("cadres", row("cadres"))
    office.put_rows("articles", row("articles"))
    assert sorted(labels(office)) == ["信息发布_20210302", "工会干部_20210302"]
    office.land()
    assert labels(office) == []
    path.rename(path.with_name("工会干部_2021.3.2.csv"))
    office.put_rows("cadres", row("cadres"), suffix="_副本")
    assert labels(office) == []


@pytest.mark.parametrize(("day", "is_due"), [("20210301", []), ("20210303", ["工会干部_20210303"])])
def test_a_newer_snapshot_is_due_and_an_older_one_is_not(office: Office, day: str, is_due: list[str]) -> None:
    path = office.put_rows("cadres", row("cadres"))
    office.land()
    path.unlink()
    office.put_rows("cadres", row("cadres"), day=day)
    assert labels(office) == is_due


@pytest.mark.parametrize("org", ["A2", "510100"], ids=["of the same size", "of another"])
def test_other_files_of_the_same_date_are_due(office: Office, org: str) -> None:
    office.put_rows("cadres", row("cadres"))
    office.land()
    office.put_rows("cadres", row("cadres", 所属机构编码=org))
    assert labels(office) == ["工会干部_20210302"]


def test_a_file_that_cannot_be_read_is_due(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.put_rows("cadres", row("cadres"))
    office.land()

    def fails(*_: object) -> str:
        raise PermissionError

    monkeypatch.setattr(hashes.Hashes, "of", fails)
    assert labels(office) == ["工会干部_20210302"]


def test_what_a_look_at_the_inbox_hashed_is_remembered(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashes, "SETTLED", -1)
    office.put_rows("cadres", row("cadres"))
    office.land()
    remembered = office.home / "landed" / "hashes.json"
    for look in (lambda: labels(office), office.land):
        remembered.unlink()
        look()
        assert remembered.exists()


def test_who_waits_is_told_where_something_is_due_alone(office: Office) -> None:
    begun: list[str] = []
    office.put_rows("cadres", row("cadres"))
    land(office.inbox, office.home, CODES, begins=lambda: begun.append("first"))
    land(office.inbox, office.home, CODES, begins=lambda: begun.append("again"))
    assert begun == ["first"]


def test_a_name_that_is_wrong_is_told_where_nothing_is_due(office: Office) -> None:
    office.put_rows("cadres", row("cadres"))
    office.land()
    office.put("通讯录_20210302.csv", "")
    with pytest.raises(InputRefused, match=r"unknown_export\t通讯录_20210302\.csv"):
        office.land()


class Told(Watcher):
    """Keeps what is told of the exports that have landed."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.told: list[Mapping[str, object]] = []

    def landed(self, line: str, told: Mapping[str, object]) -> None:
        """Keep it."""
        self.lines.append(line)
        self.told.append(told)


@pytest.mark.parametrize(("size", "megabytes"), [(1_049_999, "1.0"), (1_050_000, "1.1")])
def test_what_landed_is_told_with_its_rows_its_size_and_its_speed(
    office: Office, monkeypatch: pytest.MonkeyPatch, size: int, megabytes: str
) -> None:
    rows = [row("articles", "K1"), row("articles", "K2", 机构编码="A9"), row("articles", "K3", 标题="")]
    short = len(csv_text([*rows, row("articles", "K4", 标题="")]).encode())
    long = row("articles", "K4", 标题="x" * (size - short))
    path = office.put_rows("articles", *rows, long)
    monkeypatch.setattr(run, "monotonic", iter([100.0, 100.12345]).__next__)
    watcher = Told()
    land(office.inbox, office.home, CODES, watcher=watcher)
    assert path.stat().st_size == size
    assert watcher.lines == [
        f"信息发布_20210302: 4 rows read, 2 landed, 2 refused; {megabytes} MB in 0.1 s, 32 rows/s; "
        f"{path.name}"
    ]
    assert watcher.told == [
        {
            "export": "articles",
            "export_date": "2021-03-02",
            "rows_read": 4,
            "rows_landed": 2,
            "rows_rejected": 2,
            "seconds": 0.123,
            "files": [path.name],
        }
    ]


def test_rows_of_several_files_are_told_with_their_file_or_sheet(office: Office) -> None:
    bad = [row("cadres", f"B{number}", 录入日期="昨天") for number in range(20)]
    office.put_rows("cadres", row("cadres"), *bad, suffix="_1")
    sheets = {"甲": table([row("cadres", "K2")]), "乙": table([row("cadres", "B20", 录入日期="昨天")])}
    office.put_sheets("工会干部_20210302_2.xlsx", **sheets)
    office.put_sheets("工会干部_20210302_3.xlsx", 丙=table([row("cadres", "K1", 离任日期="昨天")]))
    with pytest.raises(InputRefused, match="22 of 24 are: 21 bad_format 录入日期 ") as refused:
        office.land()
    assert (
        "(row 2 of 工会干部_20210302_1.csv, 3 of 工会干部_20210302_1.csv, 4 of 工会干部_20210302_1.csv, …)"
        "; 1 bad_format 离任日期 (row 1 of 丙)" in str(refused.value)
    )


def test_rows_of_two_files_are_told_with_theirs(office: Office) -> None:
    for suffix, first in (("_1", 0), ("_2", 11)):
        bad = [row("cadres", f"B{number}", 录入日期="昨天") for number in range(first, first + 11)]
        office.put_rows("cadres", *bad, suffix=suffix)
    with pytest.raises(InputRefused, match=r"\(row 1 of 工会干部_20210302_1\.csv, 2 of "):
        office.land()


def test_a_snapshot_that_has_shrunk_is_told_with_its_rows(office: Office) -> None:
    for day, rows in (("20210301", 20), ("20210302", 17)):
        told = office.put_rows("cadres", *(row("cadres", f"K{number}") for number in range(rows)), day=day)
        if rows == 20:
            office.land()
            told.unlink()
    with pytest.raises(InputRefused, match="at least 90 % of the 20 rows landed; would land 17"):
        office.land()


@pytest.mark.parametrize("name", ["工会干部_20210302.csv", "通讯录_20210302.csv"])
def test_the_bench_is_set_up_in_an_empty_folder_and_closed_whatever_comes_of_the_files(
    office: Office, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    opened: list[Bench] = []

    def noted(scratch: Path, *given: Any) -> Bench:
        assert [*scratch.iterdir()] == []
        opened.append(really_open_bench(scratch, *given))
        return opened[-1]

    monkeypatch.setattr(run, "open_bench", noted)
    office.put_rows("articles", row("articles"))
    office.put(name, csv_text([row("cadres")]))
    office.faults()
    [bench] = opened
    with pytest.raises(duckdb.ConnectionException, match="closed"):
        bench.con.execute("SELECT 1")


@pytest.fixture
def two(office: Office) -> list[Path]:
    """Two exports landed, a row of each refused; where the files lie in the inbox."""
    paths = [
        office.put_rows(name, row(name, "K1"), row(name, "K9", 所属机构编码="A9"))
        for name in ("cadres", "new_members")
    ]
    office.land()
    return paths


def test_what_is_not_damaged_need_not_lie_in_the_inbox(office: Office, two: list[Path]) -> None:
    two[1].unlink()
    spoil(office, "cadres")
    assert office.land().landed == ("cadres",)
    assert office.column("new_members", "member_id") == ["K1"]
    assert office.rejected("export_name") == [("cadres",), ("new_members",)]


def test_where_a_list_is_damaged_the_files_of_all_exports_are_asked_for(
    office: Office, two: list[Path]
) -> None:
    for path in two:
        path.unlink()
    spoil(office, "rejected_rows")
    with pytest.raises(LandingFailed) as failed:
        office.land()
    said = str(failed.value).splitlines()
    assert said[0].startswith("rejected_rows.parquet in the home is missing or damaged: put in the inbox")
    assert said[1:] == [
        f"  {EXPORTS[name].chinese} of 2021-03-02: {EXPORTS[name].chinese}_20210302.csv, or newer ones"
        for name in ("cadres", "new_members")
    ]


def test_a_newer_file_takes_the_place_of_what_is_damaged(office: Office, two: list[Path]) -> None:
    two[0].unlink()
    office.put_rows("cadres", row("cadres", "K2"), day="20210303")
    spoil(office, "cadres")
    assert office.land().landed == ("cadres",)
    assert office.column("cadres", "cadre_id") == ["K2"]


def spoil(office: Office, name: str) -> None:
    """Have another file in the place of a landed one."""
    path = landed_dir(office.home) / f"{name}.parquet"
    path.unlink()
    path.write_bytes(b"PAR1")


@pytest.mark.usefixtures("two")
def test_a_list_that_an_early_version_did_not_write_is_written(office: Office) -> None:
    (landed_dir(office.home) / "unknown_spellings.parquet").unlink()
    manifest = landed_dir(office.home) / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"parquet"', '"earlier"'), "utf-8")
    assert office.land().landed == ()
    assert office.unknown() == []
    assert office.rejected("export_name, row_number") == [("cadres", 2), ("new_members", 2)]
