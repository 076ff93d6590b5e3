"""The second engine is gone, full or blind: a sentence, exit code 1, and readers see what they saw."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from orchestration import dbt_build, spark
from orchestration.dbt_build import BuildFailed, NodeEnded, NodeFailure
from orchestration.home import Home
from tests.faults.office import Office
from tests.faults.small_inbox import fill

ON_SPARK = ("--engine", "spark")


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    spark.demand_installed()


def on_spark(office: Office) -> tuple[str | Path, ...]:
    return ("--inbox", office.inbox, *ON_SPARK)


def left_by_the_engine(office: Office) -> list[Path]:
    """What the engine has built, and nobody took over or removed."""
    return [*Home(office.home).build_engine.iterdir()] if Home(office.home).build_engine.exists() else []


def landed_file(office: Office, export: str) -> Path:
    return office.home / "landed" / "current" / f"{export}.parquet"


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[subprocess.Popen, str]]:
    """A Sail of its own process, and its address; it is killed at the end."""
    code = (
        "from pysail.spark import SparkConnectServer as S; s = S('127.0.0.1', 0); s.start(background=True);"
        "print(s.listening_address[1], flush=True); input()"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout
        yield server, f"sc://127.0.0.1:{server.stdout.readline().strip()}"
    finally:
        server.kill()
        server.wait()


def test_no_engine_answers(office: Office) -> None:
    before = office.seen()
    office.put(3)
    ended = office.refresh(*on_spark(office), environment={spark.REMOTE_VARIABLE: "sc://127.0.0.1:9"})
    assert (ended.exit_code, office.seen()) == (1, before)
    assert "no engine answers at sc://127.0.0.1:9: start it, or name another one" in ended.stderr
    assert left_by_the_engine(office) == []


def test_the_engine_dies_in_mid_build(office: Office, tmp_path: Path) -> None:
    before = office.seen()
    office.put(3)
    with cluster(tmp_path) as (server, address):
        running = office.start(*on_spark(office), environment={spark.REMOTE_VARIABLE: address})
        built = Home(office.home).build_engine
        running.run_until(lambda: any(built.glob("*/tables/intermediate/*")))
        server.kill()
        exit_code = running.wait()
    assert (exit_code, office.seen()) == (1, before), running.stderr
    assert f"the engine at {address} ended before its work did" in running.stderr
    assert left_by_the_engine(office) == []
    office.assert_recovers(1)


def test_the_disk_of_the_engine_is_full(office: Office, tmp_path: Path) -> None:
    before = office.seen()
    office.put(3)
    with cluster(tmp_path) as (_, address):
        environment = {spark.REMOTE_VARIABLE: address}
        ended = office.refresh(*on_spark(office), environment=environment, before=_full_while_it_builds)
    assert (ended.exit_code, office.seen()) == (1, before), ended.stderr
    assert f"the disk is full where the engine at {address} builds" in ended.stderr, ended.stderr
    assert left_by_the_engine(office) == []


def _full_while_it_builds() -> None:
    """Have the models written to a disk of 64 KiB; where this user may mount none, it is said to be full."""
    build = dbt_build.build

    def fills_the_disk(home: Home, *asked: Any) -> Iterator[NodeEnded]:
        if dbt_build.SPARK not in asked:
            yield from build(home, *asked)
            return
        [folder] = home.build_engine.iterdir()
        tables = folder / "tables"
        tables.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tables]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            raise BuildFailed("", [NodeFailure("fct_users", "model", "No space left on device")])
        try:
            yield from build(home, *asked)
        finally:
            subprocess.run(["umount", "--lazy", tables], check=True)

    dbt_build.build = fills_the_disk


def test_a_landed_file_that_is_not_there_is_no_empty_table(office: Office) -> None:
    before = office.seen()
    landed_file(office, "new_members").unlink()
    ended = office.refresh("--as-of", "2020-03", *ON_SPARK)
    assert (ended.exit_code, office.seen()) == (1, before)
    assert "new_members.parquet in the home is missing or damaged" in ended.stderr


def test_a_sum_beyond_the_largest_number_is_refused_and_not_wrapped(office: Office) -> None:
    before = office.seen()
    fill(office.inbox, 3)
    largest = 2**63 - 1
    [visits] = office.inbox.glob("频道访问*")
    with visits.open("a", encoding="utf-8") as file:
        file.writelines(f"510300,2020-03-{day:02},{largest},\n" for day in (2, 3))
    ended = office.refresh(*on_spark(office))
    assert (ended.exit_code, office.seen()) == (1, before)
    assert "its page views add up to more than a verdict can hold" in ended.stderr, ended.stderr
