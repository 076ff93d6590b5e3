"""The reference seeds: the regulation, organizations and readings as data, and what must hold in them."""

from orchestration.reference.checks import (
    ReferenceFault,
    ReferenceRefused,
    check,
    codes_if_sound,
    known_codes,
    spellings_at_least,
    told_of,
)
from orchestration.reference.seeds import ReferenceSeeds
from orchestration.reference.tables import TABLES

__all__ = [
    "TABLES",
    "ReferenceFault",
    "ReferenceRefused",
    "ReferenceSeeds",
    "check",
    "codes_if_sound",
    "known_codes",
    "spellings_at_least",
    "told_of",
]
