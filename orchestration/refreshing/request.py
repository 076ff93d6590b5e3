"""What one refresh was asked for, and what follows from it (contract §1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from orchestration import landing, reference
from orchestration.common import as_of
from orchestration.common.as_of import Month, parse_months
from orchestration.common.logs import logger
from orchestration.common.watcher import Watcher
from orchestration.errors import UsageFault
from orchestration.home import RAW_SEEDS, REFERENCE_SEEDS, Home, home_at, inbox_at
from orchestration.landing.outcome import WAIVERS
from orchestration.operating import alerts
from orchestration.publishing.mirror.mirrored import check_mirror
from orchestration.publishing.pruning import Retention
from orchestration.refreshing.leftovers import INSPECTED


@dataclass(frozen=True)
class Request:
    """One refresh: where it writes, what it reads, as of when, and the refusals it lets pass."""

    home: Home
    inbox: Path | None
    """The folder to look for exports in; None: refresh from what was landed before."""
    as_of: Month | None
    """The month asked for; None: the last one that the landed exports cover."""
    accept: frozenset[str]
    earlier: tuple[Month, ...] = ()
    """Months before it, oldest first: a release of each is made too, and not put in force."""

    @classmethod
    def of(cls, home: str = "", inbox: str = "", as_of: str = "", accept: Sequence[str] = ()) -> Self:
        """Read the request as a command line or a run's config has it, blank for a default.

        A range of months, FIRST..LAST, asks for a release of each, and its last to be put in force. Raises
        UsageFault for a month that is none, a refusal that cannot be waived, an inbox not there, a setting of
        the mirror or of the alerts that is none.
        """
        if unknown := sorted(set(accept).difference(WAIVERS)):
            known = " and ".join(sorted(WAIVERS))
            raise UsageFault(f"{', '.join(unknown)} cannot be accepted: only {known} can")
        *earlier, month = parse_months(as_of) if as_of else [None]
        folder = inbox_at(inbox)
        if folder and not folder.is_dir():
            raise UsageFault(f"no inbox at {folder}: name a folder of exports, NAME_YYYYMMDD.csv or .xlsx")
        check_mirror()
        alerts.check_settings()
        Retention.of_environment()
        return cls(home_at(home), folder, month, frozenset(accept), tuple(earlier))

    @property
    def each(self) -> "list[Request]":
        """One request per month asked for, the one to be put in force last."""
        return [replace(self, as_of=month, earlier=()) for month in (*self.earlier, self.as_of)]

    def check(self) -> None:
        """Check the reference seeds and the month before anything is landed.

        Raises ReferenceRefused with every fault, the inbox's too; UsageFault for an early month, be it given
        or by the dates in the inbox, then with the inbox's faults; InboxNotFound.
        """
        try:
            warnings = reference.check(self.reference_seeds)
        except reference.ReferenceRefused as refused:
            # Nobody knows the codes: the faults that count refused rows are left out.
            nothing_known = landing.KnownCodes(orgs=frozenset(), modules=frozenset())
            faults = self._inbox_faults(nothing_known, WAIVERS)
            raise reference.ReferenceRefused([*refused.faults, *faults]) from None
        for warning in warnings:
            logger.warning(f"warning: {warning}")
        dates = [snapshot.export_date for snapshot in landing.in_force(self.home.root).values()]
        codes = reference.known_codes(self.reference_seeds)
        dates += landing.export_dates(self.inbox, landing.spelled(codes))
        if not (self.as_of or dates):
            return
        try:
            as_of.resolve(self.each[0].as_of, dates, self._first_month)
        except UsageFault as early:
            if self.as_of:  # a slip of the pen: told at once, not after all files were read
                raise
            faults = self._inbox_faults(codes, self.accept)
            raise UsageFault("\n".join(map(str, [*faults, early]))) from None

    def land(self, watcher: Watcher, begins: Callable[[], object] = lambda: None) -> landing.LandingResult:
        """Land what is new in the inbox; whatever `check` or landing raises, nothing was changed."""
        self.check()
        codes = reference.known_codes(self.reference_seeds)
        return landing.land(self.inbox, self.home.root, codes, self.accept, watcher, begins)

    @property
    def reference_seeds(self) -> reference.ReferenceSeeds:
        """The reference seeds that all is judged by."""
        return reference.ReferenceSeeds()

    @property
    def is_sample(self) -> bool:
        """Whether nothing was ever landed in the home, so that the sample seeds are built."""
        return not landing.in_force(self.home.root)

    @property
    def landed_dir(self) -> str:
        """The folder of the landed Parquet files, blank for the sample seeds: dbt's var of that name."""
        return "" if self.is_sample else str(landing.landed_dir(self.home.root))

    @property
    def month(self) -> Month:
        """The month to build as of: known once landing is done. Raises UsageFault where it is too early."""
        landed = [snapshot.export_date for snapshot in landing.in_force(self.home.root).values()]
        dates = landed or as_of.sample_export_dates(RAW_SEEDS / "landed_exports.csv")
        return as_of.resolve(self.as_of, dates, self._first_month)

    @property
    def _first_month(self) -> Month:
        return as_of.first_assessed_month(REFERENCE_SEEDS / "requirements.csv")

    def _inbox_faults(self, codes: landing.KnownCodes, accept: frozenset[str]) -> list[landing.Fault]:
        """Find the faults of the inbox's files by landing them in a folder that is thrown away."""
        self.home.root.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.home.root, prefix=INSPECTED) as scratch:
            try:
                landing.land(self.inbox, Path(scratch), codes, accept)
            except landing.InputRefused as refused:
                return refused.faults
        return []
