"""What a release follows from: all code that has a say, and what was landed, else the sample."""

import subprocess
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from orchestration import landing, spark
from orchestration.common import code
from orchestration.home import Home
from orchestration.landing import LandedFile
from orchestration.publishing.manifest import Inputs, SnapshotUsed
from orchestration.reference import ReferenceSeeds
from orchestration.refreshing import inputs
from orchestration.refreshing.inputs import commit_of_checkout, inputs_of

FILES = {
    "analyses/questions.sql": "select 1",
    "dbt_project/models/a.sql": "select 1",
    "dbt_project/models/b.sql": "select 2",
    "dbt_project/models.yml": "models: []",
    "dbt_project/README.txt": "not read",
    "dbt_project/target/run/a.sql": "select 1",
    "orchestration/home.py": "HOME = 1",
    "seeds/seeds.yml": "seeds: []",
    "seeds/raw/cadres.csv": "cadre_id\nG1\n",
    "seeds/raw/landed_exports.csv": "export_name,export_date,rows_read,rows_landed,rows_rejected\n"
    "cadres,2021-03-01,3,1,2\n",
    "seeds/raw/rejected_rows.csv": "export_name\n",
}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of a few files, whose sample is one export."""
    folder = tmp_path / "above" / "checkout"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for module in (inputs, code):
        monkeypatch.setattr(module, "CHECKOUT", folder)
        monkeypatch.setattr(module, "RAW_SEEDS", folder / "seeds" / "raw")
    monkeypatch.setattr(code, "ANALYSES", folder / "analyses")
    monkeypatch.setattr(code, "DBT_PROJECT", folder / "dbt_project")
    return folder


@pytest.fixture
def landed(home: Home, tmp_path: Path) -> Home:
    """A home that has landed an export in two files."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in (2, 10):
        (inbox / f"推广计划_20210302_{number}.csv").write_text(
            f"机构编码,年度,制定日期\n510300,20{number + 10},2020-03-01\n,2020,2020-03-01\n", encoding="utf-8"
        )
    landing.land(inbox, home.root, landing.KnownCodes(orgs=frozenset({"510300"}), modules=frozenset()))
    return home


def of(home: Home, *, on_spark: bool = False) -> Inputs:
    return inputs_of(home, ReferenceSeeds(), on_spark=on_spark)


@pytest.mark.usefixtures("checkout")
def test_where_nothing_landed_it_is_the_sample(home: Home) -> None:
    text = FILES["seeds/raw/cadres.csv"].encode()
    file = LandedFile("cadres.csv", sha256(text).hexdigest(), len(text))
    assert of(home).exports == (SnapshotUsed("cadres", date(2021, 3, 1), 3, 1, 2, (file,), ""),)


@pytest.mark.usefixtures("checkout")
def test_what_landed_is_told_with_its_files_by_name(landed: Home) -> None:
    [snapshot] = of(landed).exports
    assert (snapshot.export_name, snapshot.export_date) == ("promotion_plans", date(2021, 3, 2))
    assert (snapshot.rows_read, snapshot.rows_landed, snapshot.rows_rejected) == (4, 2, 2)
    assert [file.name for file in snapshot.files] == ["推广计划_20210302_10.csv", "推广计划_20210302_2.csv"]
    assert snapshot.codes_digest == landing.in_force(landed.root)["promotion_plans"].codes_digest != ""


def renamed(path: Path) -> None:
    path.rename(path.with_stem("renamed"))


def edited(path: Path) -> None:
    path.write_text(path.read_text("utf-8")[:-1] + "~", encoding="utf-8")


@pytest.mark.parametrize("change", [renamed, edited])
@pytest.mark.parametrize(
    ("file", "room"),
    [
        ("analyses/questions.sql", {"analyses"}),
        ("dbt_project/models/a.sql", {"dbt_project"}),
        ("dbt_project/models.yml", {"dbt_project"}),
        ("dbt_project/target/run/a.sql", set()),
        ("dbt_project/README.txt", set()),
        ("orchestration/home.py", {"orchestration"}),
        ("seeds/seeds.yml", {"seeds"}),
        ("seeds/raw/rejected_rows.csv", {"seeds"}),
    ],
)
def test_other_code_is_told_by_its_room(
    checkout: Path, home: Home, file: str, room: set[str], change: Callable[[Path], None]
) -> None:
    before = of(home).code
    change(checkout / file)
    after = of(home).code
    assert {name for name in after if after[name] != before[name]} == room


def test_the_data_are_no_code(checkout: Path, home: Home) -> None:
    before = of(home)
    edited(checkout / "seeds/raw/cadres.csv")
    after = of(home)
    assert (after.code, after.exports == before.exports) == (before.code, False)


def test_the_lists_of_the_sample_have_no_say_in_what_landed(checkout: Path, landed: Home) -> None:
    before = of(landed)
    edited(checkout / "seeds/raw/rejected_rows.csv")
    assert of(landed) == before


def test_the_packages_of_the_second_engine_have_a_say_where_it_runs(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark, "versions", lambda: {"pysail": "1"})
    without, packages = of(home).packages, of(home, on_spark=True).packages
    assert packages == {**without, "pysail": "1"} != without
    assert {"python", "duckdb", "dbt-core"} <= without.keys()


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    ran = subprocess.run(
        ["git", *who, "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def test_the_commit_is_that_of_the_checkout_itself(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert commit_of_checkout() is None
    git(checkout.parent, "init", "--quiet")
    git(checkout.parent, "commit", "--quiet", "--allow-empty", "--message", "of somebody else")
    assert commit_of_checkout() is None
    git(checkout, "init", "--quiet")
    git(checkout, "commit", "--quiet", "--allow-empty", "--message", "ours")
    assert commit_of_checkout() == git(checkout, "rev-parse", "HEAD")
    monkeypatch.setenv("PATH", "")
    assert commit_of_checkout() is None
    killed = checkout / "git"
    killed.write_text("#!/bin/sh\necho half\nkill -KILL $$\n", encoding="ascii")
    killed.chmod(0o755)
    monkeypatch.setenv("PATH", str(checkout))
    assert commit_of_checkout() is None
