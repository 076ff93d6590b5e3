"""Generations of a home: how the next one is written, takes the place of the one in force, and what goes."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import UsageFault
from orchestration.landing import home as landing_home
from orchestration.landing.exports import RAW_EXPORTS
from orchestration.landing.home import (
    carry_over,
    clear,
    damaged,
    digests,
    in_force,
    in_parts,
    landed_dir,
    provinces,
    put_in_force,
    refuse_gathered,
    refused_rows,
    settle,
    unknown_spellings,
    workspace,
    write_manifest,
)
from orchestration.landing.outcome import LandedFile, LandedSnapshot, LandingFailed

SNAPSHOT = LandedSnapshot(
    export_name="cadres",
    export_date=date(2021, 3, 2),
    rows_read=3,
    rows_landed=2,
    rows_rejected=1,
    files=(LandedFile("工会干部_20210302.csv", "abc", 7),),
    landed_at=datetime.fromisoformat("2021-03-02T09:08:07+08:00"),
    codes_digest="def",
)
FILES = {"cadres.parquet": b"cadres", "rejected_rows.parquet": b"rows"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def land(home: Path, files: dict[str, bytes], *carried: str, gathered: tuple[str, ...] = ()) -> None:
    """Put a generation of such files in force, and of those carried over from the one before."""
    with workspace(home) as work:
        generation = work / "generation"
        for name, content in files.items():
            (generation / name).parent.mkdir(parents=True, exist_ok=True)
            (generation / name).write_bytes(content)
        for name in carried:
            carry_over(home, name, generation)
        write_manifest(home, generation, [SNAPSHOT], {}, gathered)
        put_in_force(home, generation)


def there(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "landed").iterdir())


def hashed(content: bytes) -> str:
    return sha256(content).hexdigest()


def test_where_nothing_landed_nothing_is_in_force(home: Path) -> None:
    clear(home)
    assert in_force(home) == {}
    assert digests(home) == {}
    assert refused_rows(home) == {}
    assert unknown_spellings(home) == []
    assert provinces(home) == in_parts(home) == ()
    assert damaged(home) == frozenset()
    refuse_gathered(home)
    assert not home.exists()


def test_a_generation_takes_the_place_of_the_one_before(home: Path) -> None:
    land(home, FILES)
    assert there(home) == ["000001", "current"]
    land(home, {"cadres.parquet": b"anew"}, "rejected_rows.parquet")
    assert there(home) == ["000002", "current"]
    assert landed_dir(home).readlink() == Path("000002")
    assert (landed_dir(home) / "cadres.parquet").read_bytes() == b"anew"
    assert (landed_dir(home) / "rejected_rows.parquet").read_bytes() == b"rows"


def test_what_is_in_force_is_what_was_written(home: Path) -> None:
    land(home, FILES)
    assert in_force(home) == {"cadres": SNAPSHOT}
    assert digests(home) == {name: hashed(content) for name, content in FILES.items()}
    manifest = (landed_dir(home) / "manifest.json").read_text(encoding="utf-8")
    assert '\n  "exports"' in manifest and '"工会干部_20210302.csv"' in manifest and manifest.endswith("}\n")
    assert "provinces" not in manifest


def test_a_file_is_hashed_where_nobody_has_told_its_sha256_yet(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(home, FILES)
    settled: list[str] = []

    def noted(path: Path) -> str:
        settled.append(path.name)
        return "settled"

    monkeypatch.setattr(landing_home, "settle", noted)
    with workspace(home) as work:
        generation = work / "generation"
        generation.mkdir()
        for name in ("told", "new", "cadres"):
            (generation / f"{name}.parquet").write_bytes(b"x")
        carry_over(home, "rejected_rows.parquet", generation)
        write_manifest(home, generation, [SNAPSHOT], {"told.parquet": "told"})
        manifest = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parquet"] == {
        "cadres.parquet": "settled",
        "new.parquet": "settled",
        "rejected_rows.parquet": hashed(b"rows"),
        "told.parquet": "told",
    }
    assert settled == ["cadres.parquet", "new.parquet"]


def test_a_file_that_went_from_the_generation_in_force_is_hashed_anew(home: Path) -> None:
    land(home, FILES)
    (landed_dir(home) / "cadres.parquet").unlink()
    land(home, {"cadres.parquet": b"anew"})
    assert digests(home) == {"cadres.parquet": hashed(b"anew")}


def test_a_file_that_an_early_version_did_not_hash_is_hashed_when_it_is_carried_over(home: Path) -> None:
    land(home, FILES)
    manifest = landed_dir(home) / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({"exports": told["exports"]}), encoding="utf-8")
    assert digests(home) == {}
    land(home, {"rejected_rows.parquet": b"x"}, "cadres.parquet")
    assert digests(home)["cadres.parquet"] == hashed(b"cadres")


def test_a_finished_file_is_on_the_disk_before_it_is_hashed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(landing_home, "sync", synced.append)
    (tmp_path / "x").write_bytes(b"x")
    assert settle(tmp_path / "x") == hashed(b"x")
    assert synced == [tmp_path / "x"]


def test_all_of_a_generation_is_on_the_disk_before_its_name_and_that_before_it_is_in_force(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace(home) as work:
        (work / "generation").mkdir()
        (work / "generation" / "x").write_bytes(b"x")
        done: list[tuple[str, list[str]]] = []
        monkeypatch.setattr(landing_home, "sync", lambda path: done.append((path.name, there(home))))
        put_in_force(home, work / "generation")
    assert done == [
        ("x", [".work"]),
        ("generation", [".work"]),
        ("landed", [".work", "000001"]),
        ("landed", [".work", "000001", "current"]),
    ]


@pytest.mark.parametrize(
    ("spoilt", "names"),
    [
        ({"cadres.parquet": b"other"}, {"cadres"}),
        ({"cadres.parquet": None, "rejected_rows.parquet": b""}, {"cadres", "rejected_rows"}),
        ({}, set()),
    ],
)
def test_a_file_that_is_gone_or_another_is_damaged(
    home: Path, spoilt: dict[str, bytes | None], names: set[str]
) -> None:
    land(home, FILES)
    for name, content in spoilt.items():
        (landed_dir(home) / name).unlink()
        if content is not None:
            (landed_dir(home) / name).write_bytes(content)
    assert damaged(home) == names


def test_what_was_gathered_is_in_parts_and_takes_no_file(home: Path) -> None:
    part = "cadres.parquet/province=51/landed.parquet"
    land(home, {part: b"x"}, gathered=("11", "51"))
    assert provinces(home) == ("11", "51")
    assert in_parts(home) == tuple(export.name for export in RAW_EXPORTS)
    assert digests(home) == {part: hashed(b"x")}
    with pytest.raises(UsageFault, match="holds what was gathered from 11, 51: land in the home of the"):
        refuse_gathered(home)
    (landed_dir(home) / part).write_bytes(b"y")
    assert damaged(home) == {"cadres"}


@pytest.mark.parametrize("manifest", ["", "{}", '{"exports": [{}]}', '{"exports": [1]}'])
def test_a_manifest_that_says_nothing_is_named(home: Path, manifest: str) -> None:
    land(home, FILES)
    file = landed_dir(home) / "manifest.json"
    file.write_text(manifest, encoding="utf-8")
    with pytest.raises(LandingFailed) as failed:
        in_force(home)
    assert str(failed.value).startswith(f"{file} is missing or damaged: restore {home / 'landed'} from a")


def test_refused_rows_and_unknown_spellings_are_those_in_force(home: Path) -> None:
    land(home, FILES)
    rejected = "('cadres', 'bad_format'), ('cadres', 'bad_value'), ('cadres', 'bad_value'), ('articles', 'x')"
    for name, rows in (
        ("rejected_rows", f"(values {rejected}) as rows (export_name, reason)"),
        ("unknown_spellings", "(values ('cadres', 'org_code', '甲市', 3)) as rows"),
    ):
        duckdb.sql(f"copy (from {rows}) to '{landed_dir(home)}/{name}.parquet'")
    assert [(name, [*counts.items()]) for name, counts in refused_rows(home).items()] == [
        ("articles", [("x", 1)]),
        ("cadres", [("bad_value", 2), ("bad_format", 1)]),
    ]
    assert unknown_spellings(home) == [("cadres", "org_code", "甲市", 3)]


def left_behind(home: Path) -> Iterator[Path]:
    """What runs that died, a sensor, and somebody have left beside the generations."""
    landed = home / "landed"
    for folder in (".work/scratch", "000007", ".trash"):
        (landed / folder).mkdir(parents=True, exist_ok=True)
        (landed / folder / "x").write_bytes(b"x")
        yield landed / folder
    (landed / ".hashes.json").write_bytes(b"{}")
    (landed / ".current-next").symlink_to("000007")
    (landed / ".dangling").symlink_to("nowhere")
    (landed / "hashes.json").write_bytes(b"{}")
    (landed / "elsewhere").symlink_to(home)


def test_what_a_run_that_died_left_goes_and_nothing_else(home: Path) -> None:
    land(home, FILES)
    [*_] = left_behind(home)
    clear(home)
    assert there(home) == ["000001", "current", "elsewhere", "hashes.json"]
    assert in_force(home) == {"cadres": SNAPSHOT}


def test_where_nothing_is_in_force_all_that_was_left_goes(home: Path) -> None:
    [*_] = left_behind(home)
    clear(home)
    assert there(home) == ["elsewhere", "hashes.json"]


def test_a_workspace_is_empty_and_goes_come_what_may(home: Path) -> None:
    [*_] = left_behind(home)
    with pytest.raises(KeyboardInterrupt), workspace(home) as work:
        assert work.is_dir() and [*work.iterdir()] == []
        (work / "x").write_bytes(b"x")
        raise KeyboardInterrupt
    assert there(home) == ["elsewhere", "hashes.json"]


def test_a_workspace_may_be_gone_already(home: Path) -> None:
    with workspace(home) as work:
        work.rmdir()
    assert there(home) == []


def test_a_sensor_that_remembers_hashes_meanwhile_is_in_nobodys_way(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(home, FILES)
    unfinished = home / "landed" / ".hashes.json"
    unfinished.write_bytes(b"{}")
    is_file = Path.is_file

    def gone_once_seen(path: Path) -> bool:
        found = is_file(path)
        if path == unfinished:
            path.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(Path, "is_file", gone_once_seen)
    clear(home)
    assert there(home) == ["000001", "current"]
