"""The second engine, by Spark Connect: a cluster that is there, or one that lives as long as the build.

Nothing of it is imported before it is asked for: an installation without `make engine-spark` has none.
"""

import os
import socket
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.errors import NothingPublished, UsageFault
from orchestration.language import _

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

REMOTE_VARIABLE = "SPARK_REMOTE"
PACKAGES = ("dbt-spark", "pysail", "pyspark-client")
MAJOR = "4"

# A cluster may be busy for a moment; one that is gone is told of within seconds, not Spark's ten minutes.
_RETRIES, _LONGEST_PAUSE = 4, 2000


class EngineFault(NothingPublished):
    """The engine is not there, not any more, or another one; the message says what to do."""


@dataclass(frozen=True)
class Engine:
    """An engine that answers."""

    session: "SparkSession"
    address: str
    """As SPARK_REMOTE has it, without the parameters, of which one may be a token."""

    def clear(self, schemas: Iterable[str]) -> None:
        """Remove these schemas with all that is in them; the files of their tables stay."""
        for schema in schemas:
            self.session.sql(f"drop schema if exists {schema} cascade").collect()

    def row_counts(self, tables: Iterable[str]) -> dict[str, int]:
        """How many rows each table has, by its name."""
        counts = [f"select '{table}' as name, count(*) as n from {table}" for table in tables]
        return {row["name"]: row["n"] for row in self.session.sql(" union all ".join(counts)).collect()}

    def answers(self) -> bool:
        """Whether it is still there."""
        try:
            self.session.sql("select 1").collect()
        except Exception:
            return False
        return True


def demand_installed() -> None:
    """Raise UsageFault where `make engine-spark` was never run."""
    try:
        versions()
    except PackageNotFoundError as missing:
        raise UsageFault(
            _(
                "the second engine is not installed ({package}): run make engine-spark, or leave out --engine"
            ).format(package=missing.name)
        ) from None


def versions() -> Mapping[str, str]:
    """The version of each package that has a say in what it builds."""
    return {name: version(name) for name in PACKAGES}


def schema_prefix(home: Path) -> str:
    """What the schemas of a home begin with on an engine that other homes, or other people, may use, too."""
    return f"gonghui_{sha256(f'{socket.gethostname()}:{home}'.encode()).hexdigest()[:10]}"


@contextmanager
def engine() -> Iterator[Engine]:
    """The engine at SPARK_REMOTE, else an embedded one that ends with the block.

    Raises EngineFault where it does not answer, or is not Spark 4.
    """
    with ExitStack() as stack:
        remote = os.environ.get(REMOTE_VARIABLE) or stack.enter_context(_embedded())
        session = _session(remote)
        stack.callback(_leave, session)
        address = remote.partition("/;")[0]
        found = _version(session, address)
        if found.split(".")[0] != MAJOR:
            raise EngineFault(
                _(
                    "the engine at {address} is Spark {found}, and the models are tried on Spark {major}: "
                    "name one of that version in {variable}, or unset it"
                ).format(address=address, found=found, major=MAJOR, variable=REMOTE_VARIABLE)
            )
        yield Engine(session, address)


@contextmanager
def _embedded() -> Iterator[str]:
    """Sail on a free port of the loopback interface, in this process: whatever ends that ends it, too."""
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    os.environ[REMOTE_VARIABLE] = remote = f"sc://{host}:{port}"
    try:
        yield remote
    finally:
        os.environ[REMOTE_VARIABLE] = ""
        server.stop()


def _session(remote: str) -> "SparkSession":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of pandas, which nothing asks Spark for
        from pyspark.errors import PySparkException
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession

        try:
            session = SparkSession.builder.remote(remote).create()
        except (PySparkException, ValueError):
            raise UsageFault(
                _("{variable} is no address of an engine: write sc://HOST:PORT").format(
                    variable=REMOTE_VARIABLE
                )
            ) from None
    # Of the first the refresh says more in a sentence of its own; dbt-spark asks each session for the second.
    warnings.filterwarnings("ignore", r"\[RETRIES_EXCEEDED\]")
    warnings.filterwarnings("ignore", r"Failed to set spark\.sql\.catalogImplementation")
    session.client.set_retry_policies([DefaultPolicy(max_retries=_RETRIES, max_backoff=_LONGEST_PAUSE)])
    return session


def _version(session: "SparkSession", address: str) -> str:
    from pyspark.errors import PySparkException

    try:
        return session.version
    except PySparkException:
        raise EngineFault(
            _("no engine answers at {address}: start it, or name another one in {variable}").format(
                address=address, variable=REMOTE_VARIABLE
            )
        ) from None


def _leave(session: "SparkSession") -> None:
    # An engine that is gone cannot be taken leave of.
    with suppress(Exception):
        session.interruptAll()
    with suppress(Exception):
        session.stop()
