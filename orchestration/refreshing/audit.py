"""What the build file was built from and passed as: without such a record there is no release of it.

HOME/build/audit.json is written once the whole project was built and every test of severity error passed. It
holds what that follows from, the sha256 of the build file, and the warnings. Whatever builds, be it a part,
removes it first.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import duckdb

from orchestration.common.files import sha256, write_json
from orchestration.home import Home
from orchestration.landing import RAW_EXPORTS
from orchestration.language import _, listing
from orchestration.publishing.publish import PublishingRefused
from orchestration.refreshing.plan import Basis, Plan

_EXPORTS = frozenset(export.name for export in RAW_EXPORTS)

# Seeds that tell of every export.
_LISTS = ("landed_exports", "rejected_rows", "unknown_spellings")

_KEY = "as_of_month, org_code, role, requirement_id"


@dataclass(frozen=True)
class Passed:
    """A build file that was built to its end, and passed."""

    basis: Basis
    warnings: Mapping[str, str]
    """What tests of severity warn have found, by dbt node: told again whenever this is released."""

    def changed(self, basis: Basis) -> frozenset[str] | None:
        """The nodes that do not follow from `basis`, without those behind them; None: keep nothing."""
        built = self.basis
        if built.shared != basis.shared or built.nodes.keys() != basis.nodes.keys():
            return None
        changed = {node for node, digest in basis.nodes.items() if built.nodes[node] != digest}
        return frozenset(changed.union(_LISTS) if changed & _EXPORTS else changed)


def passed(home: Home) -> Passed | None:
    """Return the record of the build file; None where it has not passed, or is not what passed. Hashes it."""
    try:
        record = json.loads(home.build_audit.read_text(encoding="utf-8"))
        found = Passed(Basis(**record["basis"]), dict(record["warnings"]))
        return found if sha256(home.build_file) == record["build_sha256"] else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def begin(home: Home) -> None:
    """Say that the build file is being changed: until `complete` nothing of it has passed."""
    home.build_audit.unlink(missing_ok=True)


def complete(home: Home, basis: Basis, warnings: Mapping[str, str]) -> None:
    """Say that all of it was built from `basis`, and passed."""
    record = {"basis": asdict(basis), "build_sha256": sha256(home.build_file), "warnings": dict(warnings)}
    write_json(home.build_audit, record)


def demand(plan: Plan) -> Passed:
    """Return the record of the build file, which may be released as `plan` has it.

    Raises PublishingRefused where it has not passed whole, or as of another month or from other inputs, and
    where a cell of the grid has no verdict.
    """
    found = passed(plan.home)
    if found is None:
        raise PublishingRefused(
            _(
                "what was built has not passed its audit whole: run the whole refresh, and mend what "
                "fails in it"
            )
        )
    if found.basis != plan.basis or not plan.still_holds():
        raise PublishingRefused(
            _(
                "what was built and passed does not follow from the data, reference seeds and code of "
                "now as of {month}: start the whole refresh"
            ).format(month=plan.month)
        )
    _refuse_gaps(plan)
    return found


def _refuse_gaps(plan: Plan) -> None:
    """Raise PublishingRefused where the verdicts are not one for each cell of the grid."""
    with duckdb.connect(plan.home.build_file, read_only=True) as connection:
        gaps = connection.execute(
            f"""
            select requirement_id, count(*)
            from (select {_KEY}, count(*) as n from intermediate.int_requirement_grid group by all) as g
            full join (select {_KEY}, count(*) as n from compliance.fct_verdicts group by all) as v
            using ({_KEY})
            where g.n is distinct from v.n
            group by requirement_id order by requirement_id
            """
        ).fetchall()
    if gaps:
        told = listing(f"{requirement} ({count})" for requirement, count in gaps)
        raise PublishingRefused(
            _(
                "cells of months, organizations and requirements that have not exactly one verdict: "
                "{told}: a fault of the rules, report this line"
            ).format(told=told)
        )
