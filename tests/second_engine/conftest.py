"""What both engines make of the same exports: made once per session, and only read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import spark
from orchestration.home import CHECKOUT, Home
from tests.commands import gonghui
from tests.golden.refreshed import INPUTS
from tests.once import once
from tests.second_engine.everything import Nodes


@pytest.fixture(scope="session", autouse=True)
def _installed() -> None:
    """`make test` installs the second engine; where it is not, none of these tests passes in silence."""
    spark.demand_installed()


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `everything.py`: the sample and a world, by the second engine."""
    return once(tmp_path_factory, "second-engine", _everything)


def _everything(folder: Path) -> Path:
    command = [sys.executable, "-m", "tests.second_engine.everything", str(folder)]
    ran = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-4000:]
    return folder


@pytest.fixture(scope="session")
def nodes(everything: Path) -> Nodes:
    """What each node came to when the second engine built the sample with all tests."""
    told = json.loads((everything / "nodes.json").read_text(encoding="utf-8"))
    return {name: tuple(each) for name, each in told.items()}


@pytest.fixture(scope="session")
def golden_on_spark(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home into which the golden inbox was refreshed by the second engine."""
    return once(tmp_path_factory, "golden-on-spark", _golden)


def _golden(folder: Path) -> Home:
    ran = gonghui("refresh", "--home", folder, *INPUTS, "--engine", "spark")
    assert ran.exit_code == 0, ran.stderr
    return Home(folder)
