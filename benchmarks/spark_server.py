"""Spark itself on loopback, for what must run on it and not on Sail: tests and benchmarks."""

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
_MEMORY = "4g"
_SECONDS_TO_START = 180

FOR_SMALL_TABLES = {"spark.sql.shuffle.partitions": "2"}
"""Spark's own setting is 200 tasks for each shuffle, of which two cores run two at a time."""


@dataclass(frozen=True)
class Server:
    """Spark Connect in a Java process."""

    address: str
    """As SPARK_REMOTE has it."""
    pid: int

    @property
    def peak_bytes(self) -> int:
        """The most resident memory that it has had since it started."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        [line] = (line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024


@contextmanager
def server(venv: Path, folder: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    """Spark Connect out of `venv`, its files in `folder`; ends with the block.

    Raises RuntimeError with the end of its log where it does not start.
    """
    [spark_home] = venv.glob("lib/python3*/site-packages/pyspark")
    port = _free_port()
    places = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder / "spilled"),
        "spark.ui.enabled": "false",
    }
    command = [str(venv / "bin" / "spark-submit"), "--master", "local[2]", "--driver-memory", _MEMORY]
    for name, value in {**places, **settings}.items():
        command += ["--conf", f"{name}={value}"]
    command += ["--class", _SERVER, "spark-internal"]
    python = str(venv / "bin" / "python")
    environment = {**os.environ, "SPARK_HOME": str(spark_home), "PYSPARK_PYTHON": python}
    log = folder / "server.log"
    with log.open("w", encoding="utf-8") as output:
        running = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
    try:
        until = monotonic() + _SECONDS_TO_START
        while not _answers(port):
            if running.poll() is not None or monotonic() > until:
                raise RuntimeError(f"Spark did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
            sleep(0.5)
        yield Server(f"sc://127.0.0.1:{port}", running.pid)
    finally:
        running.terminate()
        running.wait()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
