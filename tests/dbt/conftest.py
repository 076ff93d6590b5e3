"""The documentation of the sample, generated once for all that look at it."""

from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.maintaining import docs_site
from tests.once import once


@pytest.fixture(scope="session")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, dbt's manifest and catalog beside it."""
    return once(tmp_path_factory, "docs", lambda folder: docs_site.generate(Home(folder)))
