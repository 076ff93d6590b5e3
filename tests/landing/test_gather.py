"""What provinces have landed, gathered: its rows, its dates and counts, and what cannot be gathered."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.common.files import sha256
from orchestration.errors import UsageFault
from orchestration.landing import KnownCodes, LandingFailed, in_force, inspect, land, landed_dir
from orchestration.landing import gather as landing_gather
from orchestration.landing import home as landing_home
from orchestration.landing.exports import RAW_EXPORTS
from orchestration.landing.forget import forget
from orchestration.landing.gather import gather
from orchestration.landing.home import damaged, digests, provinces
from tests.landing.office import CODES, Office, row

UNKNOWN = {"机构编码": "nowhere"}


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    """Two provinces that have landed articles; in one of them 3 rows were refused, in the other 4."""
    offices = {code: Office(tmp_path / f"inbox-{code}", tmp_path / code) for code in ("51", "11")}
    for each in offices.values():
        each.inbox.mkdir()
    bad = [row("articles", f"B{number}", **UNKNOWN) for number in range(4)]
    offices["11"].put_rows("articles", row("articles", "K1"), *bad[:3], day="20210402")
    offices["51"].put_rows(
        "articles", *bad, *(row("articles", key, 机构编码="A2") for key in ("K2", "K3")), day="20210302"
    )
    for each in offices.values():
        each.land()
    return {code: each.home for code, each in offices.items()}


@pytest.fixture
def gathered(sources: dict[str, Path], tmp_path: Path) -> Office:
    """The home that they were gathered in, and an inbox with a file for it."""
    office = Office(tmp_path / "inbox", tmp_path / "gathered")
    office.inbox.mkdir()
    office.put_rows("articles", row("articles"), day="20210501")
    gather(office.home, sources)
    return office


def landed_again(
    sources: dict[str, Path], province: str, *rows: dict[str, str], **codes: frozenset[str]
) -> None:
    """The articles of a province, anew."""
    office = Office(sources[province].with_name("again"), sources[province])
    office.inbox.mkdir()
    office.put_rows("articles", *rows, day="20210404")
    office.land(
        ("shrunk", "too_many_rejects"), KnownCodes(CODES.orgs | codes.get("orgs", frozenset()), CODES.modules)
    )


def test_each_export_is_a_folder_by_province_of_the_files_that_landed(
    sources: dict[str, Path], gathered: Office
) -> None:
    for export in RAW_EXPORTS:
        folder = landed_dir(gathered.home) / f"{export.name}.parquet"
        assert [path.name for path in sorted(folder.iterdir())] == ["province=11", "province=51"]
        for province, source in sources.items():
            there = folder / f"province={province}" / "landed.parquet"
            assert there.samefile(landed_dir(source) / f"{export.name}.parquet")


def test_the_oldest_date_counts_and_rows_add_up(gathered: Office) -> None:
    [told] = gathered.query(f"from '{landed_dir(gathered.home)}/landed_exports.parquet'")
    assert told == ("articles", date(2021, 3, 2), 10, 3, 7)
    one = in_force(gathered.home)["articles"]
    assert (one.export_date, one.rows_read, one.rows_landed, one.rows_rejected) == told[1:]
    assert [file.name for file in one.files] == ["11/信息发布_20210402.csv", "51/信息发布_20210302.csv"]


def test_refused_rows_keep_the_order_and_file_of_their_province(gathered: Office) -> None:
    eleven = [("11/信息发布_20210402.csv", number) for number in (2, 3, 4)]
    fifty_one = [("51/信息发布_20210302.csv", number) for number in (1, 2, 3, 4)]
    assert gathered.rejected("file_name, row_number") == [*eleven, *fifty_one]


def test_unknown_spellings_add_up(gathered: Office) -> None:
    assert gathered.unknown() == [("articles", "org_code", "nowhere", 7)]


def test_what_is_in_force_is_told_without_an_inbox(gathered: Office) -> None:
    result = land(None, gathered.home, CODES)
    assert (result.in_force, result.landed, result.notices) == (in_force(gathered.home), (), ())
    assert provinces(gathered.home) == ("11", "51")


def test_codes_that_have_changed_are_told_with_where_to_land_anew(gathered: Office) -> None:
    [told] = land(None, gathered.home, KnownCodes(frozenset({"A1"}), CODES.modules)).notices
    assert "since 信息发布 landed: refresh each province with the new ones" in told


def test_what_landed_since_is_gathered_anew(sources: dict[str, Path], gathered: Office) -> None:
    landed_again(sources, "51", row("articles", "K4", 机构编码="A2"))
    assert gather(gathered.home, sources) == in_force(gathered.home)
    one = in_force(gathered.home)["articles"]
    assert (one.export_date, one.rows_landed, gathered.rejected("file_name, row_number")) == (
        date(2021, 4, 2),
        2,
        [("11/信息发布_20210402.csv", number) for number in (2, 3, 4)],
    )


def test_no_file_lands_in_it_is_compared_with_it_or_forgotten_there(gathered: Office, tmp_path: Path) -> None:
    asked: list[Callable[[], object]] = [
        gathered.land,
        lambda: inspect(gathered.inbox, CODES, tmp_path / "scratch", gathered.home),
        lambda: forget(gathered.home, RAW_EXPORTS[0]),
    ]
    for ask in asked:
        with pytest.raises(UsageFault, match=r"holds what was gathered from 11, 51: land in the home of the"):
            ask()


def test_a_part_that_is_damaged_is_told(gathered: Office) -> None:
    file = landed_dir(gathered.home) / "cadres.parquet" / "province=51" / "landed.parquet"
    file.unlink()
    file.write_bytes(b"cut off")
    with pytest.raises(LandingFailed, match="cadres in the home is missing or damaged: gonghui gather anew"):
        land(None, gathered.home, CODES)


def spoilt_by_an_org(sources: dict[str, Path]) -> None:
    landed_again(sources, "11", row("articles", "K1", 机构编码="A2"), row("articles", "K5", 机构编码="A1"))


def spoilt_by_a_key(sources: dict[str, Path]) -> None:
    landed_again(sources, "11", row("articles", "K2"), row("articles", "K3"), row("articles", "K9"))


def spoilt_by_other_codes(sources: dict[str, Path]) -> None:
    landed_again(sources, "11", row("articles"), orgs=frozenset({"A9"}))


def spoilt_by_another_export(sources: dict[str, Path]) -> None:
    office = Office(sources["11"].with_name("cadres"), sources["11"])
    office.inbox.mkdir()
    office.put_rows("cadres", row("cadres"))
    office.land()


def spoilt_by_damage(sources: dict[str, Path]) -> None:
    (landed_dir(sources["51"]) / "cadres.parquet").unlink()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (spoilt_by_an_org, "org A2 has rows in 11, 51"),
        (spoilt_by_a_key, "信息发布: 2 稿件ID stand in more than one of 11, 51"),
        (spoilt_by_other_codes, r"51: .*/51 landed 信息发布 under other codes or spellings: refresh it"),
        (spoilt_by_another_export, r"51: .*/51 has not landed 工会干部, which other provinces have"),
        (spoilt_by_damage, r"cadres of 51 in .*/51 is missing or damaged"),
    ],
)
def test_what_cannot_be_gathered_changes_nothing(
    sources: dict[str, Path], gathered: Office, spoil: Callable[[dict[str, Path]], None], told: str
) -> None:
    before = json.loads((landed_dir(gathered.home) / "manifest.json").read_text(encoding="utf-8"))
    spoil(sources)
    with pytest.raises((UsageFault, LandingFailed), match=told):
        gather(gathered.home, sources)
    assert json.loads((landed_dir(gathered.home) / "manifest.json").read_text(encoding="utf-8")) == before
    assert [path.name for path in sorted((gathered.home / "landed").iterdir())] == ["000001", "current"]


@pytest.mark.parametrize(("orgs", "more"), [(5, None), (7, "and 2 more orgs")])
def test_of_many_orgs_in_two_provinces_some_are_named(tmp_path: Path, orgs: int, more: str | None) -> None:
    codes = KnownCodes(frozenset(f"A{number}" for number in range(orgs)), CODES.modules)
    homes = {}
    for province in ("11", "51"):
        office = Office(tmp_path / f"inbox-{province}", tmp_path / province)
        office.inbox.mkdir()
        rows = [row("articles", f"{province}-{org}", 机构编码=org) for org in sorted(codes.orgs)]
        office.put_rows("articles", *rows)
        office.land(codes=codes)
        homes[province] = office.home
    with pytest.raises(UsageFault) as refused:
        gather(tmp_path / "gathered", homes)
    *told, last = str(refused.value).splitlines()
    assert told == [f"org A{number} has rows in 11, 51" for number in range(5)] + [more] * bool(more)
    assert last.startswith("nothing was gathered: have the file of one province leave them out")


def test_neither_into_a_home_that_lands_nor_out_of_one_that_was_gathered(
    sources: dict[str, Path], gathered: Office
) -> None:
    with pytest.raises(UsageFault, match="has landed files of its own: gather into another home"):
        gather(sources["51"], {"11": sources["11"]})
    with pytest.raises(UsageFault, match="holds what was gathered from"):
        gather(gathered.home.with_name("whole"), {"11": sources["11"], "99": gathered.home})


def test_a_province_that_was_gathered_is_not_left_out_without_a_word(
    sources: dict[str, Path], gathered: Office
) -> None:
    with pytest.raises(UsageFault, match=r"51 were gathered in .* and are not named now: name them too"):
        gather(gathered.home, {"11": sources["11"]})
    assert provinces(gathered.home) == ("11", "51")


def test_a_province_that_an_early_version_landed_is_gathered(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    """Without the sha256 of its files, a list of unknown spellings, and columns of that of refused rows."""
    folder = landed_dir(sources["51"])
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({"exports": manifest["exports"]}), encoding="utf-8")
    (folder / "unknown_spellings.parquet").unlink()
    refused = folder / "rejected_rows.parquet"
    duckdb.sql(
        f"copy (select * exclude (sheet_name, column_name, org_code) from read_parquet('{refused}')) "
        f"to '{refused}.early' (format parquet)"
    )
    refused.with_name(f"{refused.name}.early").replace(refused)
    office = Office(tmp_path, tmp_path / "gathered")
    gather(office.home, sources)
    assert sorted(office.rejected("file_name[:2], column_name"), key=str) == [
        *3 * [("11", "org_code")],
        *4 * [("51", None)],
    ]
    assert damaged(office.home) == frozenset()
    file = landed_dir(office.home) / "cadres.parquet" / "province=51" / "landed.parquet"
    assert digests(office.home)["cadres.parquet/province=51/landed.parquet"] == sha256(file)


def test_all_that_is_gathered_is_on_the_disk_before_it_is_in_force_though_nothing_can_be_linked(
    sources: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("another device")

    home, synced = tmp_path / "gathered", list[str]()
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    monkeypatch.setattr(
        landing_home, "sync", lambda path: synced.append(path.relative_to(home / "landed").as_posix())
    )
    gather(home, sources)
    generation = landed_dir(home).resolve()
    there = {path.relative_to(generation).as_posix() for path in generation.rglob("*")}
    before = synced[: synced.index(".")]
    assert there <= {name.removeprefix(".work/generation/") for name in before}


def test_a_gathering_that_is_interrupted_leaves_what_was_gathered(
    sources: dict[str, Path], gathered: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    landed_again(sources, "51", row("articles", "K4", 机构编码="A2"))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(landing_gather, "put_in_force", interrupt)
        gather(gathered.home, sources)
    assert in_force(gathered.home)["articles"].rows_landed == 3
    gather(gathered.home, sources)
    assert in_force(gathered.home)["articles"].rows_landed == 2


def test_a_province_whose_home_went_leaves_what_was_gathered(
    sources: dict[str, Path], gathered: Office
) -> None:
    shutil.rmtree(sources["51"])
    assert land(None, gathered.home, CODES).in_force["articles"].rows_landed == 3
