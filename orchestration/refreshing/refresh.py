"""One refresh as its steps: the command line takes them one after the other, Dagster's job as assets."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from orchestration import dbt_build, landing
from orchestration.common.logs import detail, fields, logger
from orchestration.common.watcher import Watcher
from orchestration.home import Home
from orchestration.language import _, listing
from orchestration.publishing import releases
from orchestration.publishing.bulletins import IssuedUnreadable
from orchestration.publishing.manifest import Manifest, verdicts_sha256
from orchestration.publishing.parquet import write_parquet
from orchestration.publishing.pruning import Retention, prune
from orchestration.publishing.publish import publish as publish_tables
from orchestration.publishing.publish import renew
from orchestration.publishing.release import Release
from orchestration.publishing.releases import WAREHOUSE
from orchestration.refreshing import audit, recorded, revised
from orchestration.refreshing.audit import Passed
from orchestration.refreshing.building import build
from orchestration.refreshing.inputs import commit_of_checkout
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.request import Request


def refresh(request: Request, watcher: Watcher) -> str:
    """Land once, then build, audit and publish; returns the lines that say what was released and published.

    For a range of months a release of each is made, and the last alone put in force, once all are there.
    The caller holds the home. Raises what the rooms raise: UsageFault, ReferenceRefused, InputRefused,
    LandingFailed, BuildFailed, PublishingRefused.
    """
    beside = ThreadPoolExecutor(1)
    land(request, watcher, begins=lambda: beside.submit(_have_dbt_ready, request))
    beside.shutdown()
    *earlier, last = [made(plan, watcher) for plan in Plan.all_of(request)]
    publish(request.home, last.release)
    return "\n".join(
        [*(_("made {told}").format(told=_told(each)) for each in earlier), _published(request.home, last)]
    )


def land(
    request: Request, watcher: Watcher, begins: Callable[[], object] = lambda: None
) -> landing.LandingResult:
    """Land what is new in the inbox, and say what the office should know of it."""
    result = request.land(watcher, begins)
    for notice in result.notices:
        logger.info(notice)
    return result


def _have_dbt_ready(request: Request) -> None:
    """Import dbt and parse the project, while DuckDB reads the exports; unless dbt is not needed."""
    home = request.home
    if request.on_spark or not recorded.kept(home, is_landed=True, in_parts=landing.in_parts(home.root)):
        dbt_build.parse(home)


def made(plan: Plan, watcher: Watcher) -> Manifest:
    """Make a release of one month out of what is landed, which readers do not see yet."""
    for _node in build(plan, watcher):
        pass
    return release(plan)


def release(plan: Plan) -> Manifest:
    """Make a release of what was built and passed, or of the tables of an earlier one of the same inputs.

    Readers do not see it yet. Raises PublishingRefused where what was built has not passed, or follows from
    other inputs than there are now.
    """
    before = releases.with_inputs(plan.home, plan.month.first_day, plan.inputs)
    return _renewed(plan, before) if before else _released(plan, audit.demand(plan))


def _released(plan: Plan, passed: Passed) -> Manifest:
    home = plan.home
    for line in passed.warnings.values():
        logger.warning(line)
    release = releases.following(home, plan.month.first_day, plan.is_sample)
    with releases.assembled(home, release) as folder:
        with ThreadPoolExecutor(1) as beside:
            held = beside.submit(_held, plan, release, home.build_file)
            files = beside.submit(write_parquet, home.build_file, folder)
            verdicts = beside.submit(verdicts_sha256, home.build_file)
            publish_tables(home.build_file, folder / WAREHOUSE, release, lambda: held.result().revised)
            files.result()
        commit = commit_of_checkout()
        manifest = Manifest.of(release, plan.inputs, commit, folder / WAREHOUSE, verdicts.result())
        manifest = _noting(held.result(), replace(manifest, warnings=tuple(passed.warnings.values())))
        manifest.write(folder)
    return manifest


def _renewed(plan: Plan, before: Manifest) -> Manifest:
    home, before_id = plan.home, before.release.release_id
    logger.info(
        _("nothing new since release {release}: its tables are published again").format(release=before_id)
    )
    for line in before.warnings:
        logger.warning(line)
    release = releases.following(home, plan.month.first_day, plan.is_sample)
    held = _held(plan, release, home.releases / before_id / WAREHOUSE)
    with releases.assembled(home, release) as folder:
        releases.carry_over(home.releases / before_id, folder)
        renew(folder / WAREHOUSE, release, held.revised)
        manifest = before.renewed(release, commit_of_checkout(), folder / WAREHOUSE)
        manifest = _noting(held, replace(manifest, inputs=plan.inputs))
        manifest.write(folder)
    return manifest


def _held(plan: Plan, release: Release, verdicts: Path) -> revised.Held:
    """Hold the release against what earlier ones called final; what it is the first to revise is said."""
    held = revised.held_against_earlier(plan.home, release, plan.inputs, verdicts)
    for line in revised.told(held.anew):
        logger.warning(line)
    return held


def _noting(held: revised.Held, manifest: Manifest) -> Manifest:
    return replace(manifest, revised=tuple(revised.told(held.revised)), called_final_by=held.called_final_by)


def publish(home: Home, release: Release) -> None:
    """Swap a release in for readers, and remove those that need not be kept any more."""
    put_in_force(home, release)
    tidy(home)


def put_in_force(home: Home, release: Release) -> None:
    """Swap a release in for readers; what is to happen after a swap, for whatever reason, happens here."""
    releases.put_in_force(home, release.release_id)
    told = {"release": release.release_id, "as_of": f"{release.as_of_month:%Y-%m}"}
    detail.info(f"published release {release.release_id}", extra=fields("published", **told))


def restored(home: Home, release_id: str) -> Release:
    """Put an earlier release in force again, as it was; the caller holds the home. Raises ManifestUnreadable.

    The next refresh publishes what then follows from the inputs, as if nothing had been.
    """
    release = releases.read_sound(home.releases / release_id).release
    put_in_force(home, release)
    return release


def tidy(home: Home) -> None:
    """Remove the releases that need not be kept; what is in the way of that fails no refresh."""
    try:
        gone = prune(home, Retention.of_environment())
    except OSError as error:
        logger.warning(
            _("old releases stay in {folder}, the system refused: {reason}").format(
                folder=home.releases, reason=error.strerror
            )
        )
        return
    except IssuedUnreadable as fault:
        logger.warning(_("old releases stay in {folder}: {fault}").format(folder=home.releases, fault=fault))
        return
    if gone:
        logger.info(
            _("removed {count} releases that need not be kept: {releases}").format(
                count=len(gone), releases=listing(gone)
            )
        )


def _published(home: Home, manifest: Manifest) -> str:
    return _("published {file}: {told}").format(file=home.published_file, told=_told(manifest))


def _told(manifest: Manifest) -> str:
    release = manifest.release
    sample = _(" (sample data)") if release.is_sample else ""
    counts = listing(f"{status} {count}" for status, count in manifest.verdict_counts.items())
    return _("release {release}{sample}, as of {month:%Y-%m}: {counts}").format(
        release=release.release_id, sample=sample, month=release.as_of_month, counts=counts
    )
