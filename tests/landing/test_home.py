"""What stays and what changes in a home: idempotence, replacement, atomicity, nothing personal written."""

import json
import os
import shutil
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.landing import (
    InputRefused,
    KnownCodes,
    LandingFailed,
    in_force,
    land,
    landed_dir,
    refused_rows,
)
from orchestration.landing import home as landing_home
from orchestration.landing import run as landing_run
from orchestration.landing import snapshot as landing_snapshot
from orchestration.landing.bench import Bench
from tests.landing.office import CODES, EXPORTS, Office, row, table

CANARIES = ["某甲乙", "电话000", "身份000", "额外000", "溢出000"]


def picture(directory: Path) -> dict[str, bytes]:
    """Every file under a directory, with its content, but for what is remembered of the inbox's files."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and path.name != "hashes.json"
    }


def test_nothing_landed_is_nothing_in_force_and_nothing_written(office: Office) -> None:
    result = office.land()
    assert (result.in_force, result.landed, in_force(office.home)) == ({}, (), {})
    assert not office.home.exists()


def test_without_an_inbox_what_is_in_force_is_told(office: Office) -> None:
    office.put_rows("cadres", row("cadres"))
    landed = office.land().in_force
    assert land(None, office.home, CODES).in_force == landed == in_force(office.home)


def test_landing_twice_lands_nothing_and_writes_nothing(office: Office) -> None:
    office.put_rows("cadres", row("cadres"))
    office.land()
    before, times = picture(office.home), landed_dir(office.home).stat().st_mtime_ns
    result = office.land()
    assert (result.landed, list(result.in_force)) == ((), ["cadres"])
    assert (picture(office.home), landed_dir(office.home).stat().st_mtime_ns) == (before, times)


def test_the_same_files_by_other_names_are_the_same_snapshot(office: Office) -> None:
    path = office.put_rows("cadres", row("cadres"))
    office.land()
    path.rename(path.with_name("工会干部_20210302_x.csv"))
    assert office.land().landed == ()


def test_other_files_of_the_same_date_replace_the_snapshot_whole(office: Office) -> None:
    office.put_rows("cadres", row("cadres", "K1"), row("cadres", "K9", 所属机构编码="A9"))
    office.land()
    office.put_rows("cadres", row("cadres", "K1", 所属机构编码="A2"), row("cadres", "K2"))
    assert office.land().landed == ("cadres",)
    assert office.rows("cadres", "cadre_id, org_code") == [("K1", "A2"), ("K2", "A1")]
    assert office.rejected() == []


def test_a_second_copy_of_a_landed_file_is_passed_over_as_in_a_fresh_home(office: Office) -> None:
    path = office.put_rows("cadres", row("cadres"))
    office.land()
    shutil.copy(path, path.with_name("工会干部_20210302_x.csv"))
    again = office.land()
    assert [notice.partition(":")[0] for notice in again.notices] == ["工会干部_20210302_x.csv"]
    fresh = Office(office.inbox, office.home.with_name("fresh"))
    assert (again.landed, fresh.land().notices) == ((), again.notices)
    assert office.counts() == fresh.counts() == {"cadres": (1, 1, 0)}


def test_a_newer_snapshot_replaces_and_an_older_one_is_passed_over(office: Office) -> None:
    path = office.put_rows("cadres", row("cadres", "K1"), day="20210302")
    office.land()
    path.unlink()
    office.put_rows("cadres", row("cadres", "K0"), day="20210301")
    assert [notice.partition(":")[0] for notice in office.land().notices] == ["工会干部_20210301.csv"]
    office.put_rows("cadres", row("cadres", "K1"), row("cadres", "K2"), day="20210303")
    office.land()
    assert office.column("cadres", "cadre_id") == ["K1", "K2"]


def test_other_exports_are_carried_over_with_their_refused_rows(office: Office) -> None:
    path = office.put_rows("cadres", row("cadres", "K1"), row("cadres", "K9", 所属机构编码="A9"))
    office.put_rows("channel_visits", row("channel_visits", 机构编码="A9"))
    office.land()
    path.unlink()
    office.put_rows("channel_visits", row("channel_visits"), day="20210303")
    assert office.land().landed == ("channel_visits",)
    assert office.rejected("export_name, row_number") == [("cadres", 2)]
    assert office.column("cadres", "cadre_id") == ["K1"]
    assert office.counts() == {"cadres": (2, 1, 1), "channel_visits": (1, 1, 0)}


def test_exports_never_landed_have_an_empty_parquet(office: Office) -> None:
    office.put_rows("cadres", row("cadres"))
    office.land()
    assert {name: len(office.rows(name)) for name in EXPORTS} == {
        name: int(name == "cadres") for name in EXPORTS
    }


def test_a_code_added_lands_its_rows_from_the_same_files(office: Office) -> None:
    office.put_rows("cadres", row("cadres", "K1"), row("cadres", "K9", 所属机构编码="A9"))
    office.land()
    more = KnownCodes(CODES.orgs | {"A9"}, CODES.modules)
    assert land(office.inbox, office.home, more).landed == ("cadres",)
    assert (office.column("cadres", "cadre_id"), office.rejected()) == (["K1", "K9"], [])


def test_a_code_added_without_the_files_is_a_notice(office: Office) -> None:
    office.put_rows("cadres", row("cadres"))
    office.land()
    result = land(None, office.home, KnownCodes(frozenset({"A1"}), CODES.modules))
    assert result.landed == ()
    [notice] = result.notices
    assert "since 工会干部 landed: put the same files in the inbox once more" in notice


def test_only_one_generation_stays(office: Office) -> None:
    for day in ("20210301", "20210302", "20210303"):
        office.put_rows("cadres", row("cadres"), day=day)
        office.land()
    landed = office.home / "landed"
    assert sorted(path.name for path in landed.iterdir()) == sorted(["current", office.generation()])
    assert not landed_dir(office.home).readlink().is_absolute()


def test_the_manifest_names_the_files_with_sha256_size_and_counts(office: Office) -> None:
    path = office.put_rows("cadres", row("cadres"))
    office.land()
    entry = json.loads((landed_dir(office.home) / "manifest.json").read_text(encoding="utf-8"))["exports"][0]
    assert entry["files"][0]["name"] == path.name
    assert entry["files"][0]["size_bytes"] == path.stat().st_size
    assert (entry["rows_read"], entry["rows_landed"], entry["rows_rejected"]) == (1, 1, 0)


def test_a_fault_anywhere_leaves_everything_as_it_was(office: Office) -> None:
    office.put_rows("cadres", row("cadres", "K1"), day="20210301")
    office.land()
    before = picture(office.home)
    office.put_rows("cadres", row("cadres", "K1"), row("cadres", "K2"), day="20210302")
    office.put("频道访问_20210302.csv", "x")
    with pytest.raises(InputRefused, match="频道访问_20210302"):
        office.land()
    assert picture(office.home) == before


@pytest.mark.parametrize("step", ["write_landed", "_complete", "write_manifest", "put_in_force"])
def test_a_crash_before_the_swap_leaves_the_old_generation_in_force(
    office: Office, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    office.put_rows("cadres", row("cadres", "K1"), day="20210301")
    office.land()
    before = picture(landed_dir(office.home))
    office.put_rows("cadres", row("cadres", "K1"), row("cadres", "K2"), day="20210302")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(landing_run, step, crash)
        office.land()
    assert picture(landed_dir(office.home)) == before
    office.land()
    assert office.column("cadres", "cadre_id") == ["K1", "K2"]


def test_all_that_landed_is_on_the_disk_before_its_name_and_that_before_it_is_in_force(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed, done = office.home / "landed", []

    def noted(move: Callable[..., None]) -> Callable[..., None]:
        def moved(source: Path, target: Path) -> None:
            move(source, target)
            done.append(f"rename {Path(target).relative_to(landed)}")

        return moved

    for move in (os.rename, os.replace):
        monkeypatch.setattr(os, move.__name__, noted(move))
    monkeypatch.setattr(landing_home, "sync", lambda path: done.append(f"sync {path.relative_to(landed)}"))
    office.put_rows("cadres", row("cadres"))
    office.land()
    named = done.index("rename 000001")
    files = {f"/{path.name}" for path in landed_dir(office.home).iterdir()}
    [work] = {line.removeprefix("sync ").split("/")[0] for line in done[:named]}
    generation = Counter(done[:named])
    [folder] = [
        line for line in generation if line.startswith("sync ") and f"{line}/manifest.json" in generation
    ]
    assert work.startswith(".")
    # Each Parquet file twice: before its sha256 is taken, and with all others.
    assert {generation[f"{folder}{file}"] for file in files if file.endswith(".parquet")} == {2}
    assert {generation[f"{folder}{file}"] for file in files} == {1, 2} and generation[folder] == 1
    assert done[named + 1 :] == ["sync .", "rename current", "sync ."]


def test_a_home_and_an_inbox_may_lie_in_folders_that_are_called_like_partitions(office: Office) -> None:
    strange = office.inbox / "reason=other" / "[1]"
    beside = Office(strange / "inbox", strange / "home")
    beside.inbox.mkdir(parents=True)
    beside.put_rows("cadres", row("cadres", "K1"), row("cadres", "K1"))
    beside.land()
    beside.put_rows("new_unions", row("new_unions", "U1"))
    beside.land()
    assert beside.column("cadres", "cadre_id") == ["K1"]
    assert refused_rows(beside.home) == {"cadres": {"duplicate_row": 1}}


def test_leftovers_of_a_dead_run_are_cleaned_by_the_next(office: Office) -> None:
    office.put_rows("cadres", row("cadres", "K1"), day="20210301")
    office.land()
    landed = office.home / "landed"
    for leftover in (".work/scratch", "000002"):
        (landed / leftover).mkdir(parents=True)
        (landed / leftover / "x").write_text("x")
    (landed / ".current-next").symlink_to("000002")
    office.put_rows("cadres", row("cadres", "K1"), row("cadres", "K2"), day="20210302")
    office.land()
    assert sorted(path.name for path in landed.iterdir()) == ["000002", "current"]
    assert not (landed / "000002/x").exists()


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch, office: Office) -> list[bytes]:
    """All that a run had on its bench, which may spill, and under its home, after each file and snapshot."""
    seen: list[bytes] = []

    def watch(function: Callable[..., Any]) -> Callable[..., Any]:
        def watching(bench: Bench, *arguments: object) -> object:
            result = function(bench, *arguments)
            tables = bench.con.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
            for names in tables:
                rows = bench.con.execute(f"SELECT * FROM {'.'.join(names)}").fetchall()
                seen.append(repr(rows).encode())
            seen.extend(picture(office.home).values())
            return result

        return watching

    for step in ("_read", "refuse_duplicates"):
        monkeypatch.setattr(landing_snapshot, step, watch(getattr(landing_snapshot, step)))
    return seen


def put_personal_values(office: Office) -> None:
    """Personal cells in every kind of file, in rows that land and in rows that do not."""
    personal = {"姓名": CANARIES[0], "手机号": CANARIES[1], "身份证号": CANARIES[2], "备注": CANARIES[3]}
    rows = [
        {**row("registered_users", f"K{i}", 所属机构编码=org), **personal}
        for i, org in enumerate(["A1", "A9"])
    ]
    lines = [",".join(cells.values()) for cells in rows]
    header = ",".join(rows[0])
    office.put("注册用户_20210302_1.csv", "\n".join([header, *lines, lines[0] + "," + CANARIES[4], ""]))
    office.put("注册用户_20210302_2.csv", "\n\n".join([header, *lines, lines[0] + "," + CANARIES[4]]))
    office.put("注册用户_20210302_3.csv", "\r\n".join([header, *lines]), "gb18030")
    office.put_sheets("注册用户_20210302_4.xlsx", S=table(rows))


def test_no_personal_value_is_ever_written_under_the_home(office: Office, watched: list[bytes]) -> None:
    put_personal_values(office)
    office.land()
    contents = [*watched, *picture(office.home).values()]
    assert any(b"K0" in content for content in watched)
    for canary in CANARIES:
        for encoding in ("utf-8", "gb18030"):
            assert not any(canary.encode(encoding) in content for content in contents)
    # Parquet is compressed: ask it.
    with duckdb.connect() as con:
        for path in (office.home / "landed/current").glob("*.parquet"):
            rows = con.execute(f"SELECT * FROM '{path}'").fetchall()
            assert not any(canary in repr(rows) for canary in CANARIES)


@pytest.mark.parametrize("ending", [b'"', b"\xff", b"\0"])
def test_no_fault_quotes_a_cell(office: Office, ending: bytes) -> None:
    cells = {"姓名": CANARIES[0], **row("cadres", CANARIES[1])}
    office.put("工会干部_20210302.csv", (",".join(cells) + "\n" + ",".join(cells.values())).encode() + ending)
    with pytest.raises(InputRefused) as refused:
        office.land()
    assert not any(canary in str(refused.value) for canary in CANARIES)


def test_a_failure_of_the_database_is_told_without_its_text(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise duckdb.InvalidInputException(CANARIES[0])

    monkeypatch.setattr(landing_run, "write_landed", fail)
    office.put_rows("cadres", row("cadres"))
    with pytest.raises(LandingFailed) as failed:
        office.land()
    assert "".join(traceback.format_exception(failed.value)).count(CANARIES[0]) == 0


def with_orgs(*orgs: str) -> KnownCodes:
    return KnownCodes(CODES.orgs | set(orgs), CODES.modules)


def test_rows_refused_for_their_org_land_once_the_office_adds_it(office: Office) -> None:
    office.put_rows("cadres", row("cadres", "K1"), row("cadres", "K2", 所属机构编码="NEW"))
    office.land()
    assert office.counts()["cadres"] == (2, 1, 1)
    assert office.land(codes=with_orgs("NEW")).landed == ("cadres",)
    assert office.counts()["cadres"] == (2, 2, 0)


def test_files_landed_before_are_not_refused_because_an_org_has_gone(office: Office) -> None:
    gone = [row("cadres", f"K{n}", 所属机构编码="GONE") for n in range(30)]
    office.put_rows("cadres", row("cadres", "K"), *gone)
    office.land(codes=with_orgs("GONE"))
    assert office.land().landed == ("cadres",)
    assert office.counts()["cadres"] == (31, 1, 30)


@pytest.mark.parametrize("name", ["cadres", "rejected_rows", "landed_exports", "articles"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_damaged_parquet_is_landed_anew_from_the_inbox(office: Office, name: str, damage: str) -> None:
    office.put_rows("cadres", row("cadres"), row("cadres", "K9", 所属机构编码="A9"))
    office.land()
    whole = picture(landed_dir(office.home))
    spoil(landed_dir(office.home) / f"{name}.parquet", damage)
    office.land()
    assert (
        picture(landed_dir(office.home)).items() >= {k: v for k, v in whole.items() if "parquet" in k}.items()
    )


def test_damaged_parquet_that_the_inbox_does_not_have_is_asked_for_by_name(office: Office) -> None:
    path = office.put_rows("cadres", row("cadres"))
    office.land()
    spoil(landed_dir(office.home) / "cadres.parquet", "flipped")
    path.unlink()
    with pytest.raises(LandingFailed, match=r"cadres.parquet .* damaged.*\n.*工会干部_20210302.csv"):
        office.land()
    office.put_rows("cadres", row("cadres"), day="20210301")  # too old to take its place
    with pytest.raises(LandingFailed, match=r"工会干部_20210302\.csv"):
        office.land()


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_a_home_that_cannot_tell_what_it_landed_never_passes_for_an_empty_one(
    office: Office, damage: str
) -> None:
    office.put_rows("cadres", row("cadres"))
    office.land()
    spoil(landed_dir(office.home) / "manifest.json", damage)
    with pytest.raises(LandingFailed, match=r"manifest.json is missing or damaged: restore"):
        office.land()


def spoil(path: Path, damage: str) -> None:
    """Flip a bit in the middle of a file, cut it, or remove it."""
    content = path.read_bytes()
    middle = len(content) // 2
    path.unlink()  # not written through: another generation may hold a link to it
    if damage != "gone":
        path.write_bytes(
            content[:middle]
            + (b"" if damage == "cut" else bytes([content[middle] ^ 0x80, *content[middle + 1 :]]))
        )
