"""The code of the checkout, told by what it says: from the same code the same tables follow."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from orchestration.home import ANALYSES, CHECKOUT, DBT_PROJECT, RAW_SEEDS

_CODE = ("*.sql", "*.yml", "*.py")


def code_of_checkout(seeds: Iterable[Path] = ()) -> dict[str, str]:
    """Return a digest of the SQL, YAML and Python in each room of the checkout; `seeds` are files besides."""
    return {
        "analyses": _digest(_code(ANALYSES)),
        "dbt_project": _digest(_code(DBT_PROJECT)),
        "orchestration": _digest(_code(CHECKOUT / "orchestration")),
        "seeds": _digest([*_code(RAW_SEEDS.parent), *seeds]),
    }


def _code(folder: Path) -> Iterator[Path]:
    for pattern in _CODE:
        for path in sorted(folder.rglob(pattern)):
            if "target" not in path.relative_to(folder).parts:
                yield path


def _digest(paths: Iterable[Path]) -> str:
    digest = sha256()
    for path in paths:
        name, content = str(path.relative_to(CHECKOUT)), path.read_bytes()
        digest.update(f"{len(name)} {name} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()
