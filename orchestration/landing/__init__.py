"""The landing room: exports of the platform in, checked and typed Parquet out (contract §1, §2).

It knows file formats, headers, encodings and which columns are personal, and not what any number means.
"""

from orchestration.landing.exports import RAW_EXPORTS, Column, Export
from orchestration.landing.home import (
    MANIFEST,
    clear,
    in_force,
    in_parts,
    landed_dir,
    provinces,
    refuse_gathered,
    refused_rows,
    unknown_spellings,
)
from orchestration.landing.inbox import export_dates, files_of_an_inbox
from orchestration.landing.inspection import Inspection, inspect
from orchestration.landing.outcome import (
    Fault,
    InboxNotFound,
    InputRefused,
    KnownCodes,
    LandedFile,
    LandedSnapshot,
    LandingFailed,
    LandingResult,
    Spelling,
)
from orchestration.landing.run import due, land
from orchestration.landing.spellings import spelled

__all__ = [
    "MANIFEST",
    "RAW_EXPORTS",
    "Column",
    "Export",
    "Fault",
    "InboxNotFound",
    "InputRefused",
    "Inspection",
    "KnownCodes",
    "LandedFile",
    "LandedSnapshot",
    "LandingFailed",
    "LandingResult",
    "Spelling",
    "clear",
    "due",
    "export_dates",
    "files_of_an_inbox",
    "in_force",
    "in_parts",
    "inspect",
    "land",
    "landed_dir",
    "provinces",
    "refuse_gathered",
    "refused_rows",
    "spelled",
    "unknown_spellings",
]
