"""What many tests only read is made once per test session, by whichever worker asks for it first."""

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from orchestration.common.lock import wait_for

Made = TypeVar("Made")


def once(temporary: pytest.TempPathFactory, name: str, make: Callable[[Path], Made]) -> Made:
    """Return what `make` made of the folder `name`: the same folder in every worker of this session.

    The folder lies among the session's own temporary files, so nothing in it is older than the code under
    test. It is only to be read: whoever changes something changes a copy.
    """
    session = temporary.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each worker has a folder of its own in that of the session
        session = session.parent
    folder = session / "made-once" / name
    folder.parent.mkdir(exist_ok=True)
    answer = folder.with_name(f"{name}.pickle")
    with wait_for(folder.with_name(f"{name}.lock")):
        if not answer.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a worker that failed to make it
            folder.mkdir()
            answer.write_bytes(pickle.dumps(make(folder)))
        return pickle.loads(answer.read_bytes())
