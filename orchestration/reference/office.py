"""The office's own folder of reference seeds: what stands in it at first (contract §1)."""

import shutil
from pathlib import Path

from orchestration.errors import UsageFault
from orchestration.home import REFERENCE_SEEDS
from orchestration.language import _
from orchestration.reference.seeds import ReferenceSeeds
from orchestration.reference.tables import TABLES

# What an office decides or knows better. All else is the regulation's text and what the models need.
_EDITED = frozenset(
    {
        "organizations",
        "modules",
        "guidance",
        "thresholds",
        "registration_targets",
        "factors",
        "factor_weights",
        "prescribed_quantities",
        "readings",
        "spellings",
        "waivers",
        "small_count_limits",
    }
)
EDITED = tuple(table for table in TABLES if table.name in _EDITED)
"""The files that an office edits."""


def own_seeds(folder: Path | None) -> ReferenceSeeds:
    """The reference seeds with those in `folder` in the place of their namesakes; None: the checkout's.

    Raises UsageFault where there is no such folder.
    """
    if folder and not folder.is_dir():
        raise UsageFault(
            _("no reference seeds at {folder}: name the folder of the office's own files").format(
                folder=folder
            )
        )
    return ReferenceSeeds(folder)


def templates_of(seeds: ReferenceSeeds) -> Path | None:
    """The folder of the office's own Word templates; None where it has none, and the shipped ones serve."""
    folder = seeds.own / "templates" if seeds.own else None
    return folder if folder and folder.is_dir() else None


def begin(folder: Path) -> tuple[list[str], list[str]]:
    """Copy the files that an office edits into `folder`, which is made; never over one that is there.

    Returns the names copied, and those that were there. Raises UsageFault where nothing can be written.
    """
    copied, kept = [], []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for table in EDITED:
            try:
                with (
                    (REFERENCE_SEEDS / table.file).open("rb") as shipped,
                    (folder / table.file).open("xb") as own,
                ):
                    shutil.copyfileobj(shipped, own)
                copied.append(table.file)
            except FileExistsError:
                kept.append(table.file)
    except OSError as error:
        raise UsageFault(
            _("{folder} cannot be written in ({reason}): name another folder").format(
                folder=folder, reason=error.strerror
            )
        ) from None
    return copied, kept
