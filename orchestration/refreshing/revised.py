"""Which verdicts earlier releases of a home called final, and are otherwise in the one being made.

The newest earlier release is compared, and what it lists itself is carried on, so that nothing is forgotten
when older releases are pruned. Of months beyond its as-of month, the newest release that has them is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb

from orchestration.common.sql import literal
from orchestration.explaining.attribution import Requirement, attributed, causes
from orchestration.explaining.difference import requirements
from orchestration.explaining.verdict_changes import Change, compare
from orchestration.home import Home
from orchestration.language import _, chinese
from orchestration.publishing.manifest import Inputs, Manifest, ManifestUnreadable, read_manifest
from orchestration.publishing.release import Release
from orchestration.publishing.releases import WAREHOUSE, folders
from orchestration.publishing.revised import RevisedVerdict, read_revised

_SHOWN = 10

_Key = tuple[date, str, str, str]
_Now = tuple[str | None, int | None, int | None]


def revised_verdicts(home: Home, release: Release, inputs: Inputs, verdicts: Path) -> list[RevisedVerdict]:
    """Return what `release`, made of `inputs`, revises, by key; the DuckDB file `verdicts` has its verdicts.

    Sample releases and real ones are not compared: the sample is invented.
    """
    made = Manifest(release, inputs, None, {}, "", {})
    found: dict[_Key, RevisedVerdict] = {}
    covered = date.min
    for before in _compared(home, release):
        warehouse = home.releases / before.release.release_id / WAREHOUSE
        until = min(before.release.as_of_month, release.as_of_month)
        revised = [*_called_final(before, made, warehouse, verdicts), *_carried_on(warehouse, verdicts)]
        for each in revised:
            if covered < each.as_of_month <= until:
                found.setdefault(_key(each), each)
        covered = until
    return [found[key] for key in sorted(found)]


def told(revised: Sequence[RevisedVerdict]) -> list[str]:
    """Say what is revised, a line for each requirement, statuses and cause; no line where nothing is."""

    def group(each: RevisedVerdict) -> tuple[str, str, str, str]:
        return each.requirement_id, each.status_before, each.status or "", each.cause

    grouped = [(key, list(rows)) for key, rows in groupby(sorted(revised, key=group), key=group)]
    lines: list[str] = []
    for (requirement, before, after, cause), rows in grouped[:_SHOWN]:
        first = min(rows, key=_key)
        lines.append(
            _(
                "final verdicts revised: {requirement} {before} → {after}, {count} of them, the first "
                "{org} {month:%Y-%m} ({numbers}), because of {cause}; called final by "
                "{release}"
            ).format(
                requirement=requirement,
                before=before,
                after=after or "—",
                count=len(rows),
                org=first.org_code,
                month=first.as_of_month,
                numbers=_numbers(first),
                cause=cause,
                release=first.release_before,
            )
        )
    if rest := len(grouped) - len(lines):
        lines.append(
            _("final verdicts revised: {rest} more kinds, in the table quality.revised_verdicts").format(
                rest=rest
            )
        )
    return lines


def _compared(home: Home, release: Release) -> Iterator[Manifest]:
    """The releases to compare, the newest first: each has months that those before it have not."""
    covered = date.min
    for folder in folders(home):
        if covered >= release.as_of_month:
            return
        try:
            before = read_manifest(folder)
        except ManifestUnreadable:
            continue
        is_real = before.release.is_sample == release.is_sample and (folder / WAREHOUSE).is_file()
        if is_real and before.release.as_of_month > covered:
            covered = before.release.as_of_month
            yield before


def _called_final(
    before: Manifest, made: Manifest, warehouse: Path, verdicts: Path
) -> Iterator[RevisedVerdict]:
    """What the release `before` called final, and is otherwise."""
    known = requirements(warehouse) | requirements(verdicts)
    found = causes(before, made)
    months = before.release.as_of_month, made.release.as_of_month
    for change in compare(warehouse, verdicts).changes:
        was, now = change.before, change.after
        if was is None or not was.is_final or not _differs(change):
            continue
        requirement = known.get(change.requirement_id, Requirement(frozenset(), False))
        yield RevisedVerdict(
            change.as_of_month,
            change.org_code,
            change.role,
            change.requirement_id,
            was.status,
            now.status if now else None,
            was.numerator,
            now.numerator if now else None,
            was.denominator,
            now.denominator if now else None,
            before.release.release_id,
            "、".join(chinese(str(cause)) for cause in attributed(change, requirement, found, *months)),
        )


def _differs(change: Change) -> bool:
    was, now = change.before, change.after
    return (
        was is None
        or now is None
        or (was.status, was.numerator, was.denominator)
        != (
            now.status,
            now.numerator,
            now.denominator,
        )
    )


def _carried_on(warehouse: Path, verdicts: Path) -> Iterator[RevisedVerdict]:
    """What a release lists as revised, and is not now what it was first."""
    listed = read_revised(warehouse)
    if not listed:
        return
    with duckdb.connect(verdicts, read_only=True) as connection:
        months = literal([*{each.as_of_month for each in listed}])
        rows = connection.execute(
            "select as_of_month, org_code, role, requirement_id, status, numerator, denominator "
            f"from compliance.fct_verdicts where list_contains({months}, as_of_month)"
        ).fetchall()
    now: dict[_Key, _Now] = {row[:4]: row[4:] for row in rows}
    for each in listed:
        status, numerator, denominator = now.get(_key(each), (None, None, None))
        if (status, numerator, denominator) != (
            each.status_before,
            each.numerator_before,
            each.denominator_before,
        ):
            yield replace(each, status=status, numerator=numerator, denominator=denominator)


def _key(each: RevisedVerdict) -> _Key:
    return each.as_of_month, each.org_code, each.role, each.requirement_id


def _numbers(each: RevisedVerdict) -> str:
    def one(numerator: int | None, denominator: int | None) -> str:
        of = "" if denominator is None else f"/{denominator}"
        return f"{'—' if numerator is None else numerator}{of}"

    before = one(each.numerator_before, each.denominator_before)
    return f"{before} → {one(each.numerator, each.denominator)}"
