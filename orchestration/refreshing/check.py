"""`gonghui check`: what a refresh would make of an inbox, without landing it (contract §1)."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration import landing, reference
from orchestration.common import as_of
from orchestration.common.logs import logger
from orchestration.common.watcher import Watcher
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.language import _
from orchestration.reference import ReferenceSeeds
from orchestration.refreshing.request import first_month, sure_faults


@dataclass(frozen=True)
class Checked:
    """What was found, and what else would have a refresh refused: exports of no month, or none at all."""

    found: landing.Inspection
    wrong: str | None

    def raise_if_refused(self) -> None:
        """Raise what a refresh would: InputRefused, or UsageFault with the files' faults."""
        if self.wrong is not None:
            raise UsageFault(*map(str, self.found.faults), self.wrong)
        if self.found.faults:
            raise landing.InputRefused(self.found.faults)


def check(inbox: Path, home: Home | None, seeds: ReferenceSeeds, watcher: Watcher) -> Checked:
    """Read an inbox as a refresh would; a home, if any, is compared with, and neither held nor changed.

    Raises ReferenceRefused with every fault, those of the inbox's files too; UsageFault, InboxNotFound.
    """
    if seeds.own and not seeds.own.is_dir():
        raise UsageFault(
            _("no reference seeds at {folder}: name the folder of the office's own files").format(
                folder=seeds.own
            )
        )
    with TemporaryDirectory(prefix="gonghui-check-") as folder:
        scratch = Path(folder)
        try:
            warnings = reference.check(seeds)
        except reference.ReferenceRefused as refused:
            faults = sure_faults(inbox, seeds, scratch)
            raise reference.ReferenceRefused([*refused.faults, *faults]) from None
        for warning in warnings:
            logger.warning(_("warning: {warning}").format(warning=warning))
        codes = reference.known_codes(seeds)
        root = home.root if home else None
        found = landing.inspect(inbox, codes, scratch, root, watcher=watcher)
    dates = [snapshot.export_date for snapshot in landing.in_force(root).values()] if root else []
    dates += landing.export_dates(inbox, landing.spelled(codes))
    return Checked(found, _wrong(inbox, found, dates, seeds))


def _wrong(inbox: Path, found: landing.Inspection, dates: list[date], seeds: ReferenceSeeds) -> str | None:
    if not dates:
        lies_there = _("no export lies in {inbox}: put the platform's exports there").format(inbox=inbox)
        return None if found.faults else lies_there
    try:
        as_of.resolve(None, dates, first_month(seeds))
    except UsageFault as fault:
        return str(fault)
    return None
