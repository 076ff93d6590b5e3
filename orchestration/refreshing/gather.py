"""`gonghui gather`: what the homes of many provinces have landed builds as one in another home."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from orchestration.common import logs
from orchestration.common.lock import hold, look_in
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.landing import RAW_EXPORTS, in_force
from orchestration.landing.gather import gather as gather_landed
from orchestration.language import _, listing


def gather(home: Home, sources: Mapping[str, Home]) -> str:
    """Put in force in `home` what `sources`, by province code, have landed; tell what that is.

    Raises UsageFault for what cannot be gathered, HomeBusy while any of them is refreshed, LandingFailed.
    """
    _refuse_twice([home, *sources.values()])
    if empty := [province for province, source in sources.items() if not in_force(source.root)]:
        raise UsageFault(
            _("nothing is landed in the home of {provinces}: land their exports there, then gather").format(
                provinces=listing(sorted(empty))
            )
        )
    with ExitStack() as held:
        for each in sources.values():
            held.enter_context(look_in(each.lock_file))
        held.enter_context(hold(home.lock_file))
        held.enter_context(logs.to_file(home.log_file))
        snapshots = gather_landed(home.root, {province: source.root for province, source in sources.items()})
        line = _("gathered from {provinces}: {rows:,} rows, {exports} of {all} exports").format(
            provinces=listing(sorted(sources)),
            rows=sum(snapshot.rows_landed for snapshot in snapshots.values()),
            exports=len(snapshots),
            all=len(RAW_EXPORTS),
        )
        logs.detail.info(line)
    return _("{gathered}; gonghui refresh --home {home} builds them as one").format(
        gathered=line, home=home.root
    )


def _refuse_twice(homes: list[Home]) -> None:
    """Raise UsageFault where one home is named twice."""
    roots = [home.root for home in homes]
    twice: list[Path] = [root for root in dict.fromkeys(roots) if roots.count(root) > 1]
    if twice:
        raise UsageFault(
            _(
                "{homes} is named twice: each province has a home of its own, and so has what is gathered"
            ).format(homes=listing(map(str, twice)))
        )
