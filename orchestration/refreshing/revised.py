"""Which verdicts earlier releases of a home called final, and are otherwise in the one being made.

The newest earlier release is compared, and what it lists itself is carried on, so that nothing is forgotten
when older releases are pruned. Of months beyond its as-of month, the newest release that has them is. What it
does not call final any more is held against the earlier one that did, too.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class Held:
    """A release held against earlier ones."""

    revised: list[RevisedVerdict]
    """By key."""
    anew: list[RevisedVerdict]
    """Those of them that no earlier release tells of."""
    called_final_by: tuple[str, ...]
    """The earlier releases that called final what is not final now (Manifest)."""


def held_against_earlier(home: Home, release: Release, inputs: Inputs, verdicts: Path) -> Held:
    """Tell what `release`, made of `inputs`, revises; the DuckDB file `verdicts` has its verdicts.

    Sample releases and real ones are not compared: the sample is invented.
    """
    made = Manifest(release, inputs, None, {}, "", {})
    found: dict[_Key, RevisedVerdict] = {}
    anew: set[_Key] = set()
    called_final_by: set[str] = set()
    covered = date.min
    for newest in _compared(home, release):
        until = min(newest.release.as_of_month, release.as_of_month)
        for before in (newest, *_named_by(home, newest)):
            before_id = before.release.release_id
            warehouse = home.releases / before_id / WAREHOUSE
            finals = compare(warehouse, verdicts, finals=(covered, until)).changes
            otherwise = [change for change in finals if _differs(change)]
            for each in _revised(otherwise, before, made, warehouse, verdicts):
                if found.setdefault(_key(each), each) is each:
                    anew.add(_key(each))
            if before is newest:
                for each in _carried_on(warehouse, verdicts):
                    if each.as_of_month <= until:
                        found.setdefault(_key(each), each)
            if any(change.after and not change.after.is_final for change in finals):
                called_final_by.add(before_id)
        covered = until
    in_order = sorted(found)
    return Held(
        [found[key] for key in in_order],
        [found[key] for key in in_order if key in anew],
        tuple(sorted(called_final_by)),
    )


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


def _named_by(home: Home, newest: Manifest) -> Iterator[Manifest]:
    """The releases, the newest first, that called final what `newest` has, but not final."""
    for release_id in sorted(newest.called_final_by, reverse=True):
        if (home.releases / release_id / WAREHOUSE).is_file():
            with suppress(ManifestUnreadable):
                yield read_manifest(home.releases / release_id)


def _revised(
    changes: Iterable[Change], before: Manifest, made: Manifest, warehouse: Path, verdicts: Path
) -> Iterator[RevisedVerdict]:
    """The changes, of verdicts that the release `before` called final, with their causes."""
    known = requirements(warehouse) | requirements(verdicts)
    found = causes(before, made)
    months = before.release.as_of_month, made.release.as_of_month
    for change in changes:
        was, now = change.before, change.after
        assert was
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
    assert was
    return now is None or (was.status, was.numerator, was.denominator) != (
        now.status,
        now.numerator,
        now.denominator,
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
