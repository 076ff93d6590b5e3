"""The tests of the second engine on Spark itself, not on Sail: `make test-spark`, before a release.

    python -m tests.second_engine.on_spark VENV [PYTEST ARGUMENT…]

VENV is an environment that has pyspark with its server, which ours, with the client alone, has not. Java is
that of JAVA_HOME, else of the PATH. What ran, and how it went, is for docs/scale.md to tell.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.spark_server import FOR_SMALL_TABLES, server
from orchestration.home import CHECKOUT
from orchestration.spark import REMOTE_VARIABLE


def main(venv: str, *arguments: str) -> int:
    """Run tests/second_engine against the server; returns pytest's exit code."""
    java = Path(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else "java"
    subprocess.run([java, "-version"], check=True)
    command = [sys.executable, "-m", "pytest", "-o", "addopts=", "-v", "--timeout", "0"]
    asked = arguments or ("tests/second_engine",)
    with (
        tempfile.TemporaryDirectory() as folder,
        server(Path(venv).resolve(), Path(folder), FOR_SMALL_TABLES) as spark,
    ):
        environment = {**os.environ, REMOTE_VARIABLE: spark.address}
        return subprocess.run([*command, *asked], cwd=CHECKOUT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
