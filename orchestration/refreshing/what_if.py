"""`gonghui what-if`: what other reference seeds would change, built beside what is built.

Compared is what was built last, and passed, with what the same landed data come to under the other seeds:
only what follows from the files that differ is built, in a copy. The home is held for the moment of copying
alone, so that a refresh may go on beside the rest; one that lands meanwhile makes the comparison void.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

from orchestration import landing, reference
from orchestration.common.as_of import Month
from orchestration.common.lock import hold, look_in
from orchestration.common.logs import logger
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import BuildFailed
from orchestration.errors import BUSY, KnownFault, UsageFault
from orchestration.explaining.difference import Difference
from orchestration.home import Home, reference_at
from orchestration.language import _, listing
from orchestration.publishing.manifest import Manifest
from orchestration.publishing.release import Release
from orchestration.reference import TABLES, ReferenceSeeds
from orchestration.reference.office import own_seeds
from orchestration.refreshing import audit
from orchestration.refreshing.building import build
from orchestration.refreshing.leftovers import WHAT_IF
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.request import Request


class HomeChanged(KnownFault):
    """A refresh, or an editor, changed what was being compared."""

    exit_code = BUSY


@dataclass(frozen=True)
class WhatIf:
    """What other reference seeds would change, as of a month."""

    difference: Difference
    month: Month
    is_sample: bool
    folder: Path

    def __str__(self) -> str:
        sample = _(", sample data") if self.is_sample else ""
        heading = _("now → with {folder}, as of {month}{sample}")
        return self.difference.told(heading.format(folder=self.folder, month=self.month, sample=sample))

    def as_json(self) -> str:
        """Tell it to a program: each verdict that would change, both its sides, and why."""
        return self.difference.as_json(as_of_month=f"{self.month.first_day}", is_sample=self.is_sample)


def what_if(home: Home, folder: Path, as_of: str | None, watcher: Watcher) -> WhatIf:
    """Compare what is built in `home` with what it would be with the reference seeds in `folder`.

    `as_of` is a month as YYYY-MM; None: the refresh's default. Raises UsageFault, ReferenceRefused,
    HomeBusy beside a refresh, HomeChanged, and BuildFailed where no release could be made of these seeds.
    """
    months = (Month.parse(as_of) if as_of else None,)
    request = Request(home, None, own_seeds(folder), months, frozenset())
    if not (home.published_file.exists() or landing.in_force(home.root)):
        raise UsageFault(
            _("nothing was landed or published in {home}: run gonghui refresh first").format(home=home.root)
        )
    request.check()
    with _beside(home) as there:
        [plan] = Plan.all_of(request)
        _say_what_is_not_judged_anew(plan)
        before, after = _as_built(plan, there), replace(plan, home=there)
        built_before = there.root / "before.duckdb"
        try:
            for _node in build(before, watcher):
                pass
            shutil.copyfile(there.build_file, built_before)
            for _node in build(after, watcher):
                pass
        except BuildFailed:
            _refuse_change(plan)
            raise
        _refuse_change(plan)
        difference = Difference.of(_state(before), _state(after), (built_before, there.build_file))
        return WhatIf(difference, plan.month, plan.is_sample, folder)


@contextmanager
def _beside(home: Home) -> Iterator[Home]:
    """A home within the home, with a copy of what was built and passed there; gone afterwards."""
    with ExitStack() as stack:
        with look_in(home.lock_file):  # whether a refresh died there, the next one says
            there = Home(Path(mkdtemp(prefix=WHAT_IF, dir=home.root)))
            stack.callback(shutil.rmtree, there.root, ignore_errors=True)
            stack.enter_context(hold(there.lock_file))  # a refresh that clears up leaves it alone
            if audit.passed(home) and home.build_reference.is_dir():
                shutil.copytree(home.build_file.parent, there.build_file.parent)
                shutil.copytree(home.build_reference, _seeds_built(there))
            for kept, copy in ((home.dbt_parse, there.dbt_parse), (home.dbt_recorded, there.dbt_recorded)):
                if kept.is_dir():
                    shutil.copytree(kept, copy)
        yield there


def _seeds_built(there: Home) -> Path:
    """A copy of the seeds that were built, out of the way of the next build."""
    return there.root / "reference"


def _as_built(plan: Plan, there: Home) -> Plan:
    """The plan with the seeds of what was built last; where nothing passed, of the next refresh."""
    passed = audit.passed(there)
    nodes = passed.basis.nodes if passed else {}
    digests = {table.file: nodes[table.name] for table in TABLES if table.name in nodes}
    seeds = ReferenceSeeds(_seeds_built(there))
    if len(digests) < len(TABLES):
        logger.warning(
            _("nothing lies in {home} that was built and passed: both sides are built whole").format(
                home=plan.home.root
            )
        )
        seeds = own_seeds(reference_at(None))
        digests = seeds.digests()
    inputs = replace(plan.inputs, reference_seeds=digests)
    return replace(plan, home=there, seeds=seeds, inputs=inputs)


def _say_what_is_not_judged_anew(plan: Plan) -> None:
    digest = reference.known_codes(plan.seeds).digest
    chinese = {export.name: export.chinese for export in landing.RAW_EXPORTS}
    stale = [
        chinese[name]
        for name, snapshot in landing.in_force(plan.home.root).items()
        if snapshot.codes_digest != digest
    ]
    if stale:
        logger.warning(
            _(
                "codes or spellings are others than when {exports} landed: what landed is compared; a "
                "refresh with the same files in the inbox judges their rows anew"
            ).format(exports=listing(stale))
        )


def _refuse_change(plan: Plan) -> None:
    if not plan.still_holds():
        raise HomeChanged(
            _("data, reference seeds or code were changed meanwhile, by a refresh or by hand: run this again")
        )


def _state(plan: Plan) -> Manifest:
    """What there would be a release of."""
    release = Release.now(plan.month.first_day, plan.is_sample)
    return Manifest(release, plan.inputs, None, {}, "", {})
