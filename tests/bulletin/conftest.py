"""The sample, published once for documents and site alike."""

from datetime import datetime
from pathlib import Path

import pytest

from orchestration.publishing.publish import publish
from orchestration.publishing.release import Release
from tests.dbt_runs import CHECKOUT, run_dbt


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, built and published."""
    kinds = ("--resource-type", "seed", "--resource-type", "model")
    built = run_dbt(CHECKOUT / "dbt_project", tmp_path_factory.mktemp("built"), "build", "--quiet", *kinds)
    assert built.returncode == 0, built.output[-4000:]
    [[month]] = built.rows("select max(as_of_month) from compliance.fct_verdicts")
    path = tmp_path_factory.mktemp("published") / "gonghui.duckdb"
    publish(built.database, path, Release("20230105T020000-abcdef", datetime(2023, 1, 5, 2), month, True))
    return path
