"""The reviewed list: mutants that no test can notice because they mean the same, each with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.mutation.seed_mutants import SeedMutant
from tests.mutation.trial import Outcome

LIST = Path(__file__).with_name("equivalent.yml")
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Review:
    """The outcomes under the list: the survivors on it, the others, and entries that have no survivor."""

    equivalent: list[Outcome]
    survivors: list[Outcome]
    stale: list[Key]


def listed(path: Path = LIST) -> dict[Key, str]:
    """The reason of every listed mutant, by file, place, original and mutated text."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    reasons = {(e["file"], e["at"], e["original"], e["mutated"]): e["reason"] for e in entries}
    if len(reasons) != len(entries) or not all(reasons.values()):
        raise ValueError(f"{path.name}: an entry stands twice or gives no reason")
    return reasons


def review(outcomes: Iterable[Outcome], reasons: dict[Key, str], *, whole: bool) -> Review:
    """Set the outcomes against the list; in a sample an entry is stale only if its mutant was killed."""
    outcomes = list(outcomes)
    survived = [outcome for outcome in outcomes if not outcome.killed_by]
    known = {outcome.mutant.key for outcome in survived if not isinstance(outcome.mutant, SeedMutant)}
    killed = {o.mutant.key for o in outcomes if o.killed_by and not isinstance(o.mutant, SeedMutant)} - known
    return Review(
        equivalent=[outcome for outcome in survived if _is_listed(outcome, reasons)],
        survivors=[outcome for outcome in survived if not _is_listed(outcome, reasons)],
        stale=[key for key in reasons if key in killed or (whole and key not in known)],
    )


def _is_listed(outcome: Outcome, reasons: dict[Key, str]) -> bool:
    return not isinstance(outcome.mutant, SeedMutant) and outcome.mutant.key in reasons
