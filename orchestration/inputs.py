"""What a release follows from, as one digest: from the same inputs the same tables follow."""

from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from orchestration.home import CHECKOUT, DBT_PROJECT, RAW_SEEDS, REFERENCE_SEEDS
from orchestration.landing import MANIFEST, landed_dir
from orchestration.request import Request

_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")
_CODE = ("*.sql", "*.yml", "*.py")


def inputs_digest(request: Request) -> str:
    """Return the sha256 over the month, what was landed, the reference seeds, the code, and the packages.

    Raises UsageFault where the month is too early.
    """
    digest = sha256()
    for name, content in _inputs(request):
        digest.update(f"{len(name)} {name} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()


def _inputs(request: Request) -> Iterator[tuple[str, bytes]]:
    yield "month", str(request.month).encode()
    for package in _PACKAGES:
        yield package, version(package).encode()
    if request.is_sample:
        yield from _files(RAW_SEEDS, "*.csv")
    else:
        yield MANIFEST, (landed_dir(request.home.root) / MANIFEST).read_bytes()
    yield from _files(REFERENCE_SEEDS, "*.csv")
    for folder in (DBT_PROJECT, CHECKOUT / "orchestration", RAW_SEEDS.parent):
        for pattern in _CODE:
            yield from _files(folder, pattern)


def _files(folder: Path, pattern: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob(pattern)):
        if "target" not in path.relative_to(folder).parts:
            yield str(path.relative_to(CHECKOUT)), path.read_bytes()
