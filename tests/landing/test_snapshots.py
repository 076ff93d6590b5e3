"""Rules for a whole snapshot (contract §2): too many refused rows, too few landed, lost keys, cut off."""

from pathlib import Path

import pytest

from orchestration.landing import InputRefused, run, snapshot
from orchestration.landing.bench import Bench
from orchestration.landing.exports import Export
from tests.landing.office import Office, csv_text, row

REJECTS = [(379, 20, []), (380, 20, []), (399, 21, []), (398, 21, ["too_many_rejects"]), (0, 20, [])]


@pytest.mark.parametrize(("good", "bad", "faults"), REJECTS)
def test_more_than_5_percent_and_more_than_20_refused_rows_are_too_many(
    office: Office, good: int, bad: int, faults: list[str]
) -> None:
    keys = [f"K{number}" for number in range(good)] + [""] * bad
    office.put_rows("cadres", *(row("cadres", key) for key in keys))
    assert [reason for reason, _ in office.faults()] == faults


@pytest.mark.parametrize(
    ("before", "after", "faults"), [(10, 9, []), (10, 8, ["shrunk"]), (1, 0, ["shrunk"]), (0, 0, [])]
)
def test_a_snapshot_may_not_land_under_90_percent_of_the_one_it_replaces(
    office: Office, before: int, after: int, faults: list[str]
) -> None:
    rows = [row("cadres", f"K{number}") for number in range(10)]
    office.put("工会干部_20210301.csv", csv_text([rows[0]]).splitlines()[0] + "\n")
    for day, count in (("20210301", before), ("20210302", after)):
        lines = csv_text(rows).splitlines()[: count + 1]
        office.put(f"工会干部_{day}.csv", "\n".join(lines) + "\n")
        found = office.faults()
    assert found == [(reason, "工会干部_20210302") for reason in faults]


@pytest.mark.parametrize("waived", ["too_many_rejects", "shrunk"])
def test_each_snapshot_fault_can_be_waived_by_name(office: Office, waived: str) -> None:
    office.put_rows("cadres", *(row("cadres", f"K{number}") for number in range(30)), day="20210301")
    office.land()
    office.put_rows("cadres", *(row("cadres", "" if number else "K1") for number in range(30)))
    other = {"too_many_rejects": "shrunk", "shrunk": "too_many_rejects"}[waived]
    assert office.faults([waived]) == [(other, "工会干部_20210302")]
    assert office.faults(["too_many_rejects", "shrunk"]) == []


def test_only_those_two_faults_can_be_waived(office: Office) -> None:
    with pytest.raises(ValueError, match="waived"):
        office.land(accept=["unreadable"])


def test_too_many_rejects_names_reasons_columns_counts_and_rows(office: Office) -> None:
    bad = [row("cadres", f"K{number}", 录入日期="昨天") for number in range(25)]
    office.put_rows("cadres", row("cadres", "K"), *bad, row("cadres", ""), row("cadres", ""))
    with pytest.raises(InputRefused, match=r"25 bad_format 录入日期 \(row 2, 3, 4, …\)") as refused:
        office.land()
    assert "2 missing_required 干部ID (row 27, 28)" in str(refused.value)


@pytest.mark.parametrize(("lost", "faults"), [(1, []), (2, ["shrunk"])])
def test_an_increment_in_the_place_of_the_whole_is_refused(
    office: Office, lost: int, faults: list[str]
) -> None:
    office.put_rows(
        "channel_visits", *(row("channel_visits", 日期=f"2020-03-{day:02}") for day in range(1, 11))
    )
    office.land()
    days = range(1 + lost, 21)
    office.put_rows(
        "channel_visits", *(row("channel_visits", 日期=f"2020-03-{day:02}") for day in days), day="20210303"
    )
    assert [reason for reason, _ in office.faults()] == faults


@pytest.mark.parametrize(
    ("lost", "asked", "faults"), [(0, [4], []), (60, [4], []), (200, [4, 1], []), (201, [4, 1], ["shrunk"])]
)
def test_of_a_large_export_all_keys_are_looked_for_where_some_of_them_leave_it_open(
    office: Office, lost: int, asked: list[int], faults: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []

    def keys_lost(bench: Bench, export: Export, before: Path, one_in: int = 1) -> int:
        looked.append(one_in)
        return snapshot.keys_lost(bench, export, before, one_in)

    monkeypatch.setattr(run, "keys_lost", keys_lost)
    monkeypatch.setattr(run, "_LARGE", 2_000)
    monkeypatch.setattr(run, "_ONE_IN", 4)
    for day, first in (("20210302", 0), ("20210303", lost)):
        lines = "".join(f"K{number},A1,2020-03-05,\n" for number in range(first, first + 2_000))
        office.put(f"工会干部_{day}.csv", f"干部ID,所属机构编码,录入日期,离任日期\n{lines}")
        found = [reason for reason, _ in office.faults()]
    assert (looked, found) == (asked, faults)


@pytest.mark.parametrize(("rows", "told"), [(65_534, 0), (65_535, 1), (65_536, 1), (65_537, 0)])
def test_a_snapshot_as_long_as_a_program_can_hold_may_be_cut_off(
    office: Office, rows: int, told: int
) -> None:
    lines = "".join(f"K{number},A1,2020-03-05,\n" for number in range(rows))
    office.put("工会干部_20210302.csv", f"干部ID,所属机构编码,录入日期,离任日期\n{lines}")
    assert len(office.land().notices) == told
