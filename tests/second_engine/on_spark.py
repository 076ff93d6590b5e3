"""The tests of the second engine on Spark itself, not on Sail: `make test-spark`, before a release.

    python -m tests.second_engine.on_spark VENV [PYTEST ARGUMENT…]

VENV is an environment that has pyspark with its server, which ours, with the client alone, has not. Java is
that of JAVA_HOME, else of the PATH. What ran, and how it went, is for docs/scale.md to tell.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from orchestration.home import CHECKOUT
from orchestration.spark import REMOTE_VARIABLE

_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
_MEMORY = "4g"
_SECONDS_TO_START = 180


@contextmanager
def server(venv: Path, folder: Path) -> Iterator[str]:
    """Spark Connect on loopback, its files in `folder`; yields its address, ends it with the block.

    Raises RuntimeError with the end of its log where it does not start.
    """
    [spark_home] = venv.glob("lib/python3*/site-packages/pyspark")
    port = _free_port()
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.shuffle.partitions": "2",  # of tables this small
        "spark.ui.enabled": "false",
    }
    command = [str(venv / "bin" / "spark-submit"), "--master", "local[2]", "--driver-memory", _MEMORY]
    for name, value in settings.items():
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
        yield f"sc://127.0.0.1:{port}"
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


def main(venv: str, *arguments: str) -> int:
    """Run tests/second_engine against the server; returns pytest's exit code."""
    java = Path(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else "java"
    subprocess.run([java, "-version"], check=True)
    with tempfile.TemporaryDirectory() as folder, server(Path(venv).resolve(), Path(folder)) as address:
        command = [sys.executable, "-m", "pytest", "-o", "addopts=", "-v", "--timeout", "0"]
        asked = arguments or ("tests/second_engine",)
        return subprocess.run(
            [*command, *asked], cwd=CHECKOUT, env={**os.environ, REMOTE_VARIABLE: address}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
