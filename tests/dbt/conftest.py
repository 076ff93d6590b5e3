"""One build of the sample, with unit and data tests, shared by every test of the module that asks for it."""

import pytest

from tests.dbt_runs import CHECKOUT, Build, run_dbt


@pytest.fixture(scope="module")
def sample_build(tmp_path_factory) -> Build:
    """The sample exports, built and tested as a newcomer would: `dbt build`."""
    return run_dbt(CHECKOUT / "dbt_project", tmp_path_factory.mktemp("sample"), "build")
