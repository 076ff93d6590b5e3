"""The sample, published once for documents and site alike."""

from datetime import datetime
from pathlib import Path

import pytest

from orchestration.publishing.publish import publish
from orchestration.publishing.release import Release
from tests.dbt_runs import Build


@pytest.fixture(scope="session")
def published(sample_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, published."""
    [[month]] = sample_build.rows("select max(as_of_month) from compliance.fct_verdicts")
    path = tmp_path_factory.mktemp("published") / "gonghui.duckdb"
    publish(
        sample_build.database, path, Release("20230105T020000-abcdef", datetime(2023, 1, 5, 2), month, True)
    )
    return path
