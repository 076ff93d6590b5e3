"""Why verdicts of two releases differ: which of their inputs changed, and which of those moves a verdict."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from orchestration.explaining.verdict_changes import Change
from orchestration.landing import RAW_EXPORTS
from orchestration.language import N_, _, listing, shaped
from orchestration.publishing.manifest import Manifest, SnapshotUsed

CHINESE = {export.name: export.chinese for export in RAW_EXPORTS}
"""What each export is called by those who make it."""

_SHOWN = 12

# What a reference seed can move where it cannot move everything; what is read by no verdict moves none.
_THRESHOLDS = {"thresholds.csv", "registration_targets.csv", "prescribed_quantities.csv"}
_NO_VERDICT = {
    "annex_totals.csv",
    "clause_answers.csv",
    "clause_tests.csv",
    "clauses.csv",
    "quality_labels.csv",
    "small_count_limits.csv",
    "spellings.csv",  # rows judged anew by it are another input, the data
    "verdict_labels.csv",
}
# Code that lands, builds, publishes and asks: to be named where nothing else can have made a change.
_NO_RULES = {"analyses", "orchestration", "seeds"}


class Kind(Enum):
    """What sort of input changed."""

    AS_OF = N_("as-of month")
    DATA = N_("data")
    SEED = N_("reference seed")
    CODE = N_("code")
    PACKAGE = N_("package")


@dataclass(frozen=True)
class Cause:
    """One input that two releases do not share."""

    kind: Kind
    name: str
    """The export, file or package; blank for what there is but one of."""
    told: str
    """What it was and is."""

    def __str__(self) -> str:
        called = CHINESE.get(self.name, self.name)
        kind = _(self.kind.value)
        return shaped("{kind} {name}", kind=kind, name=called) if called else kind


@dataclass(frozen=True)
class Requirement:
    """What a requirement looks at."""

    exports: frozenset[str]
    is_derived: bool
    """Whether it looks at verdicts of other requirements, and so at their thresholds."""


def causes(before: Manifest, after: Manifest) -> list[Cause]:
    """List the inputs that differ; none: the same verdicts are due."""
    found = []
    months = [release.as_of_month for release in (before.release, after.release)]
    if months[0] != months[1]:
        found.append(Cause(Kind.AS_OF, "", " → ".join(f"{month:%Y-%m}" for month in months)))
    exports = [{one.export_name: one for one in each.inputs.exports} for each in (before, after)]
    for name, old, new in _differing(*exports):
        told = shaped("{old} → {new}", old=_snapshot(old), new=_snapshot(new))
        if old and new and old.files == new.files:
            told = _("{change}, by other org or module codes").format(change=told)
        found.append(Cause(Kind.DATA, name, told))
    for name, old, new in _differing(before.inputs.reference_seeds, after.inputs.reference_seeds):
        found.append(Cause(Kind.SEED, name, f"{_short(old)} → {_short(new)}"))
    for name, old, new in _differing(before.inputs.code, after.inputs.code):
        told = shaped("{old} → {new}", old=_at(old, before), new=_at(new, after))
        found.append(Cause(Kind.CODE, name, told))
    for name, old, new in _differing(before.inputs.packages, after.inputs.packages):
        found.append(Cause(Kind.PACKAGE, name, f"{old or '—'} → {new or '—'}"))
    return found


def attributed(
    change: Change, requirement: Requirement, found: Sequence[Cause], before: date, after: date
) -> list[Cause]:
    """Return those of the causes `found` that can have made a change, between as-of months `before`, `after`.

    A month that lies beyond one release's as-of month is there, or not, for that alone. Several are returned
    where the two releases do not tell them apart.
    """
    is_one_sided = change.before is None or change.after is None
    if is_one_sided and change.as_of_month > min(before, after):
        return [cause for cause in found if cause.kind is Kind.AS_OF]
    others = [cause for cause in found if cause.kind is not Kind.AS_OF]
    return [cause for cause in others if _moves(cause, change, requirement)] or others or [*found]


def _moves(cause: Cause, change: Change, requirement: Requirement) -> bool:
    moved = set(change.columns)
    if cause.name == "waivers.csv":
        return "is_waived" in moved
    if moved == {"is_waived"} and cause.kind in (Kind.DATA, Kind.SEED):
        return False
    match cause.kind:
        case Kind.DATA:
            # Rows move what is measured; a threshold that moved alone was not moved by them.
            is_standard_alone = "threshold" in moved and not moved & {"numerator", "denominator"}
            return cause.name in requirement.exports and (requirement.is_derived or not is_standard_alone)
        case Kind.SEED if cause.name in _NO_VERDICT:
            return False
        case Kind.CODE if cause.name in _NO_RULES:
            return False
        case Kind.SEED if cause.name in _THRESHOLDS:
            is_one_sided = change.before is None or change.after is None
            return is_one_sided or requirement.is_derived or "threshold" in moved
        case _:
            return True


def _differing(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, Any | None, Any | None]]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield name, old, new


def _snapshot(snapshot: SnapshotUsed | None) -> str:
    if snapshot is None:
        return _("never landed")
    files = listing(f"{file.name} {_short(file.sha256)}" for file in snapshot.files)
    return _("{day}, {rows} rows landed ({files})").format(
        day=snapshot.export_date, rows=snapshot.rows_landed, files=files
    )


def _at(digest: str | None, manifest: Manifest) -> str:
    if not manifest.commit:
        return _short(digest)
    return _("{digest} (commit {commit})").format(digest=_short(digest), commit=manifest.commit[:_SHOWN])


def _short(digest: str | None) -> str:
    return digest[:_SHOWN] if digest else "—"
