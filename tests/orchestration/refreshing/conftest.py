"""A home that has landed an export, a release that is built without dbt, and what is said of it."""

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration import dbt_build, landing, reference
from orchestration.common.as_of import Month
from orchestration.common.logs import detail, logger
from orchestration.home import Home
from orchestration.reference import ReferenceSeeds
from orchestration.refreshing import recorded, second_engine
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.request import Request
from tests.orchestration.refreshing.built import Builds


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An inbox of one export."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "推广计划_20210302.csv").write_text(
        "机构编码,年度,制定日期\n510300,2020,2020-03-01\n", encoding="utf-8"
    )
    return folder


@pytest.fixture
def landed(tmp_path: Path, inbox: Path) -> Home:
    """A home that has landed that export."""
    landing.land(inbox, tmp_path / "landed", reference.known_codes(ReferenceSeeds()))
    return Home(tmp_path / "landed")


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """What is said to people and to programs."""
    for each in (logger, detail):
        monkeypatch.setattr(each, "propagate", True)
        caplog.set_level("INFO", each.name)
    return caplog


@pytest.fixture
def sample(tmp_path: Path) -> Plan:
    """A release of the sample, in a home that has none."""
    [plan] = Plan.all_of(Request.of(str(tmp_path / "home")))
    return plan


@pytest.fixture
def plan(sample: Plan) -> Plan:
    """A release of a month in which the small build file has verdicts."""
    return sample.as_of(Month(2021, 2))


@pytest.fixture(scope="session")
def with_cells(tmp_path_factory: pytest.TempPathFactory, built_once: Path) -> Path:
    """The small build file, with the cells that its verdicts fill."""
    path = shutil.copy(built_once, tmp_path_factory.mktemp("with_cells") / "gonghui.duckdb")
    with duckdb.connect(path) as connection:
        connection.execute(
            "create schema intermediate; create table intermediate.int_requirement_grid as "
            "select as_of_month, org_code, role, requirement_id from compliance.fct_verdicts"
        )
    return path


@pytest.fixture
def builds(with_cells: Path, monkeypatch: pytest.MonkeyPatch) -> Builds:
    """What a refresh has built, in place of dbt and of the second engine."""
    made = Builds(with_cells)
    monkeypatch.setattr(recorded, "kept", made.known)
    monkeypatch.setattr(recorded, "keep", lambda _, nodes: made.kept.append(nodes))
    monkeypatch.setattr(recorded, "following", lambda steps, names: [*steps, *sorted(names)])
    monkeypatch.setattr(recorded, "run", made.again)
    monkeypatch.setattr(dbt_build, "build", made.by_dbt)
    monkeypatch.setattr(second_engine, "build", made.on_spark)
    return made
