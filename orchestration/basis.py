"""What the build file was built from: what changed since, and what follows from that, is all that is built.

HOME/build/basis.json holds it, with the sha256 of the build file once all of that was built and passed its
audit without a warning: a warning is to be told again, every night.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Self

from orchestration.hashing import sha256 as sha256_of
from orchestration.home import Home
from orchestration.inputs import inputs_of
from orchestration.request import Request

# The node that reads dbt's var `as_of_month`; no other does.
_AS_OF_NODE = "int_as_of_months"

# Seeds that tell of every export.
_LISTS = ("landed_exports", "rejected_rows", "unknown_spellings")


@dataclass(frozen=True)
class Basis:
    """Digests of all that a build follows from."""

    shared: str
    """Of code, packages, reference seeds, and where the landed files lie."""
    nodes: Mapping[str, str]
    """Of the month and of each export, by the name of the one dbt node that reads it."""

    @classmethod
    def of(cls, request: Request) -> Self:
        """What a build of `request` would follow from now; raises UsageFault where the month is too early."""
        inputs = inputs_of(request.home)
        exports = {export.export_name: _digest(export) for export in inputs.exports}
        return cls(
            shared=_digest(inputs.code, inputs.packages, inputs.reference_seeds, request.landed_dir),
            nodes={**exports, _AS_OF_NODE: _digest(request.month)},
        )


def built_basis(home: Home) -> Basis | None:
    """What the build file follows from, were it built to its end; None where nobody can tell."""
    return _record(home)[0]


def changed_since_built(home: Home, basis: Basis) -> frozenset[str] | None:
    """The nodes of the build file that do not follow from `basis`, but for those behind them.

    None where nothing of the build file can be kept: it follows from another project, it was not built to its
    end, it told a warning, or it is not what was written.
    """
    built, build_sha256 = _record(home)
    if built is None or built.shared != basis.shared or built.nodes.keys() != basis.nodes.keys():
        return None
    if not home.build_file.exists() or sha256_of(home.build_file) != build_sha256:
        return None
    changed = {node for node, digest in basis.nodes.items() if built.nodes[node] != digest}
    return frozenset(changed.union(_LISTS) if changed - {_AS_OF_NODE} else changed)


def begin(home: Home, basis: Basis) -> None:
    """Say what is being built; until `complete`, nothing of the build file can be kept."""
    _write(home, basis, build_sha256="")


def complete(home: Home, basis: Basis) -> None:
    """Say that all of it was built, and passed."""
    _write(home, basis, build_sha256=sha256_of(home.build_file))


def _write(home: Home, basis: Basis, build_sha256: str) -> None:
    home.build_basis.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"basis": asdict(basis), "build_sha256": build_sha256}, indent=2)
    home.build_basis.write_text(text + "\n", encoding="utf-8")


def _record(home: Home) -> tuple[Basis | None, str]:
    try:
        record = json.loads(home.build_basis.read_text(encoding="utf-8"))
        return Basis(**record["basis"]), record["build_sha256"]
    except (OSError, ValueError, TypeError, KeyError):
        return None, ""


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()
