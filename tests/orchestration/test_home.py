"""Where everything lies in a home, and which home, inbox and reference seeds are meant."""

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.home import (
    ANALYSES,
    CHECKOUT,
    DBT_PROJECT,
    RAW_SEEDS,
    REFERENCE_SEEDS,
    Home,
    home_at,
    inbox_at,
    reference_at,
)

PLACES = {
    "lock_file": ".lock",
    "build_file": "build/gonghui.duckdb",
    "build_audit": "build/audit.json",
    "build_reference": "build/reference",
    "build_engine": "build/engine",
    "warehouse": "warehouse",
    "published_file": "warehouse/gonghui.duckdb",
    "releases": "releases",
    "bulletins": "bulletins",
    "dbt_parse": "dbt/parse",
    "dbt_run": "dbt/run",
    "dbt_recorded": "dbt/recorded",
    "log_file": "logs/refresh.log",
    "state": "state",
    "serving_file": "dagster/.serving",
    "dagster": "dagster",
}
"""What docs/operations.md tells people to back up, watch and read lies where it says."""


def test_each_place_of_a_home_is_known() -> None:
    places = {name for name, value in vars(Home).items() if isinstance(value, property)}
    home = Home(Path("/home"))
    assert {name: str(getattr(home, name).relative_to("/home")) for name in places} == PLACES


def test_the_checkout_holds_what_is_read() -> None:
    assert [path for path in (CHECKOUT, DBT_PROJECT, ANALYSES, RAW_SEEDS) if not path.is_dir()] == []
    assert (CHECKOUT / "pyproject.toml").exists() and (REFERENCE_SEEDS / "thresholds.csv").exists()


def home_root(path: str | None) -> Path:
    return home_at(path).root


@pytest.mark.parametrize(
    ("variable", "at"),
    [("GONGHUI_HOME", home_root), ("GONGHUI_INBOX", inbox_at), ("GONGHUI_REFERENCE", reference_at)],
)
def test_what_is_asked_for_goes_before_what_the_environment_says(
    variable: str, at: Callable[[str | None], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "environment"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert [at("asked"), at("~/asked"), at(None), at("")] == [
        tmp_path / "asked",
        tmp_path / "asked",
        tmp_path / "environment",
        tmp_path / "environment",
    ]


@pytest.mark.parametrize("blank", [None, ""])
def test_what_nobody_names_is_the_default(blank: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("GONGHUI_HOME", "GONGHUI_INBOX", "GONGHUI_REFERENCE"):
        monkeypatch.setenv(variable, "")
    assert (home_at(blank), inbox_at(blank), reference_at(blank)) == (Home(CHECKOUT / "var"), None, None)


def test_a_home_behind_a_link_is_the_home_itself(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "home")
    assert home_at(tmp_path / "link") == Home(tmp_path / "home")
