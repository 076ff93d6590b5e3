"""What must hold among rows of the reference seeds, and what is told though it may be meant (contract §3)."""

from orchestration.reference.rules import (
    factors,
    organizations,
    periods,
    requirements,
    sources,
    spellings,
    thresholds,
    waivers,
)
from orchestration.reference.rules.rule import Rows, Rule

__all__ = ["FAULTS", "WARNINGS", "Rows", "Rule"]

FAULTS: tuple[Rule, ...] = (
    *organizations.FAULTS,
    *requirements.FAULTS,
    *sources.FAULTS,
    *spellings.FAULTS,
    *thresholds.FAULTS,
    *periods.FAULTS,
    *waivers.FAULTS,
    *factors.FAULTS,
)
WARNINGS: tuple[Rule, ...] = (
    *organizations.WARNINGS,
    *thresholds.WARNINGS,
    *periods.WARNINGS,
    *factors.WARNINGS,
)
