"""What one refresh was asked for, and what can be said of it before anything is landed (contract §1)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from orchestration import landing, reference, spark
from orchestration.common import as_of
from orchestration.common.as_of import Month, parse_months
from orchestration.common.logs import logger
from orchestration.common.settings import Settings
from orchestration.common.watcher import Watcher
from orchestration.errors import UsageFault
from orchestration.home import RAW_SEEDS, Home, home_at, inbox_at, reference_at
from orchestration.landing.outcome import WAIVERS
from orchestration.language import N_, _, listing
from orchestration.reference import ReferenceSeeds
from orchestration.reference.office import own_seeds, templates_of
from orchestration.reference.tables import TABLES
from orchestration.refreshing.leftovers import INSPECTED

[_REQUIREMENTS] = (table for table in TABLES if table.name == "requirements")

_NOTHING_KNOWN = landing.KnownCodes(orgs=frozenset(), modules=frozenset())
# What another NAME or header in spellings.csv would mend.
_OF_SPELLINGS = ("unknown_export", "missing_columns")


def first_month(seeds: ReferenceSeeds) -> Month:
    """The month in which the first requirement takes effect; reads a seed."""
    return as_of.first_assessed_month(seeds.path(_REQUIREMENTS))


def sure_faults(inbox: Path | None, seeds: ReferenceSeeds, scratch: Path) -> tuple[landing.Fault, ...]:
    """The faults of an inbox's files that stand whatever becomes of reference seeds that are refused.

    Those that count refused rows are left out: nobody knows the codes.
    """
    known = reference.spellings_at_least(seeds)
    faults = landing.inspect(inbox, known or _NOTHING_KNOWN, scratch, accept=WAIVERS).faults
    return tuple(fault for fault in faults if known or fault.reason not in _OF_SPELLINGS)


@dataclass(frozen=True)
class Request:
    """One refresh: where it writes, what it reads, as of when, and the refusals it lets pass."""

    home: Home
    inbox: Path | None
    """The folder to look for exports in; None: refresh from what was landed before."""
    seeds: ReferenceSeeds
    """The reference seeds, the checkout's or the office's own."""
    months: tuple[Month | None, ...]
    """The months asked for, oldest first: a release of each, the last put in force. None: the default."""
    accept: frozenset[str]
    on_spark: bool = False
    """Whether the second engine runs the models; `make engine-spark` has installed it."""

    @classmethod
    def of(
        cls,
        home: str | None = None,
        inbox: str | None = None,
        as_of: str | None = None,
        accept: Sequence[str] = (),
        seeds: str | None = None,
        *,
        on_spark: bool = False,
    ) -> Self:
        """Read the request as a command line or a run's config has it, None or blank for a default.

        A range of months, FIRST..LAST, asks for a release of each, and its last to be put in force. Raises
        UsageFault for a month that is none, a refusal that cannot be waived, a folder that is not there, a
        setting that is none, an engine that is not installed.
        """
        if on_spark:
            spark.demand_installed()
        if unknown := sorted(set(accept).difference(WAIVERS)):
            known = listing(sorted(WAIVERS), N_(" and "))
            raise UsageFault(
                _("{reasons} cannot be accepted: only {known} can").format(
                    reasons=listing(unknown), known=known
                )
            )
        months = tuple(parse_months(as_of)) if as_of else (None,)
        folder, own = inbox_at(inbox), own_seeds(reference_at(seeds))
        if folder and not folder.is_dir():
            raise UsageFault(
                _("no inbox at {folder}: name a folder of exports, {called}").format(
                    folder=folder, called=landing.files_of_an_inbox()
                )
            )
        Settings.read()
        return cls(home_at(home), folder, own, months, frozenset(accept), on_spark)

    def check(self) -> None:
        """Check the reference seeds and the month before anything is landed.

        Raises ReferenceRefused with every fault, the inbox's too; UsageFault for a month too early or too
        late, be it given or by the dates in the inbox, then with the inbox's faults; InboxNotFound.
        """
        try:
            warnings = reference.check(self.seeds)
        except reference.ReferenceRefused as refused:
            with self._scratch() as scratch:
                faults = sure_faults(self.inbox, self.seeds, scratch)
            raise reference.ReferenceRefused([*refused.faults, *faults]) from None
        for warning in warnings:
            logger.warning(_("warning: {warning}").format(warning=warning))
        dates = [snapshot.export_date for snapshot in landing.in_force(self.home.root).values()]
        codes = reference.known_codes(self.seeds)
        dates += landing.export_dates(self.inbox, landing.spelled(codes))
        if not dates and self.inbox:  # what is wrong with its files, landing tells
            return
        dates = dates or as_of.sample_export_dates(RAW_SEEDS / "landed_exports.csv")
        try:
            for month in self.months:
                as_of.resolve(month, dates, self.first_month)
        except UsageFault as wrong:
            if self.months != (None,):  # a slip of the pen: told at once, not after all files were read
                raise
            with self._scratch() as scratch:  # whatever was landed before
                faults = landing.inspect(self.inbox, codes, scratch, accept=self.accept).faults
            raise UsageFault(*map(str, [*faults, wrong])) from None

    def land(self, watcher: Watcher, begins: Callable[[], object] = lambda: None) -> landing.LandingResult:
        """Land what is new in the inbox; whatever `check` or landing raises, nothing was changed."""
        self.check()
        codes = reference.known_codes(self.seeds)
        return landing.land(self.inbox, self.home.root, codes, self.accept, watcher, begins)

    @property
    def templates(self) -> Path | None:
        """The folder of the office's own Word templates, None where the shipped ones serve."""
        return templates_of(self.seeds)

    @property
    def first_month(self) -> Month:
        """The month in which the first requirement takes effect; reads a seed."""
        return first_month(self.seeds)

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        self.home.root.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.home.root, prefix=INSPECTED) as folder:
            yield Path(folder)
