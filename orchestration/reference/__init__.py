"""The reference seeds: the regulation, organizations and readings as data, and what must hold in them."""

from orchestration.reference.checks import ReferenceFault, ReferenceRefused, check, known_codes
from orchestration.reference.seeds import ReferenceSeeds

__all__ = ["ReferenceFault", "ReferenceRefused", "ReferenceSeeds", "check", "known_codes"]
