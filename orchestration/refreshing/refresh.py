"""One refresh as its steps: the command line takes them one after the other, Dagster's job as assets."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration import dbt_build, landing, reference
from orchestration.common.logs import detail, fields, logger
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import NodeEnded
from orchestration.home import Home
from orchestration.language import _, listing
from orchestration.publishing import releases
from orchestration.publishing.bulletins import IssuedUnreadable
from orchestration.publishing.manifest import Manifest
from orchestration.publishing.pruning import Retention, prune
from orchestration.publishing.publish import PUBLISHED_SCHEMAS, renew
from orchestration.publishing.publish import publish as publish_tables
from orchestration.publishing.release import Release
from orchestration.publishing.releases import WAREHOUSE
from orchestration.refreshing import audit, recorded, revised, second_engine
from orchestration.refreshing.audit import Passed
from orchestration.refreshing.inputs import commit_of_checkout
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.recorded import FoundRows, NotAsRecorded
from orchestration.refreshing.request import Request

# Tests of what is proved without them: the keys of big tables by landing, the keys of published tables by
# DuckDB, which holds tables to them. `dbt build` by hand runs them all. Of the cells, keys and references of
# the reference seeds dbt has no tests: `Request.check` refuses them with file and line.
PROVED = (
    "tag:proved_by_landing",
    *(f"fqn:gonghui.{room}.unique_*" for room in PUBLISHED_SCHEMAS),
    *(f"fqn:gonghui.{room}.*_grain_is_unique" for room in ("compliance", "indicators")),
)


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


def build(plan: Plan, watcher: Watcher) -> Iterator[NodeEnded]:
    """Build and audit what is not there yet, but for some tests; yields each node of dbt's that ended.

    Nothing where a release follows from the same inputs, or the build file is what they give. Else what
    follows from the nodes that changed; from nothing where nobody can tell: so there is no table of a model
    that is gone, no half of a refresh that was killed, and not its log either, which DuckDB would apply.
    """
    home = plan.home
    if releases.with_inputs(home, plan.month.first_day, plan.inputs):
        return
    reference.check(plan.seeds)  # whoever builds, it may be without landing
    built = audit.passed(home)
    changed = built.changed(plan.basis) if built else None
    if changed and plan.on_spark:  # it makes all of its tables, or none
        changed = None
    warnings = {}
    if built and changed is not None:
        warnings = dict(built.warnings)
    else:
        shutil.rmtree(home.build_file.parent, ignore_errors=True)
    if changed:
        logger.info(
            _("built before, to be built anew: what follows from {nodes}").format(
                nodes=listing(sorted(changed))
            )
        )
    if changed or changed is None:
        for node in _built(plan, changed, watcher):
            warnings.pop(str(node), None)
            if node.status == "warn":
                warnings[str(node)] = _warning(node)
            yield node
        audit.complete(home, plan.basis, warnings)


def _built(plan: Plan, changed: frozenset[str] | None, watcher: Watcher) -> Iterator[NodeEnded]:
    """Build what follows from the nodes `changed`, or all: as dbt did before, else have dbt do it."""
    _begin(plan)
    went_wrong: NotAsRecorded | None = None
    try:
        nodes = _again(plan, changed, watcher)
    except NotAsRecorded as fault:
        nodes, went_wrong = None, fault
        if not isinstance(fault, FoundRows):
            plan.home.build_file.unlink(missing_ok=True)
            changed = None
    if nodes is not None:
        yield from nodes
        return
    ended = []
    for node in _by_dbt(plan, changed, watcher):
        ended.append(node)
        yield node
    if went_wrong:
        logger.warning(
            _(
                "what dbt once ran did not go well now ({fault}), while dbt found nothing wrong: the numbers "
                "are dbt's; report this line"
            ).format(fault=went_wrong)
        )
    if changed is None and not plan.on_spark:
        _keep(plan, ended)


def _again(plan: Plan, changed: frozenset[str] | None, watcher: Watcher) -> list[NodeEnded] | None:
    """Build what follows from the nodes `changed`, or all, as dbt did before; None where that is unknown.

    Whoever waits hears of the nodes once all have gone well: what dbt does in their place has other ends.
    Raises NotAsRecorded.
    """
    if plan.on_spark:
        return None
    steps = recorded.kept(plan.home, is_landed=not plan.is_sample, in_parts=plan.landed_in_parts)
    if steps is None:
        return None
    if changed:
        steps = recorded.following(steps, changed)
    return [*_noted(recorded.run(plan, steps, watcher), watcher)]


def _by_dbt(plan: Plan, changed: frozenset[str] | None, watcher: Watcher) -> Iterator[NodeEnded]:
    """Have dbt build what follows from the nodes `changed`, or all."""
    selection = ["--select", *(f"{node}+" for node in sorted(changed))] if changed else []
    return _selected(plan, [*selection, "--exclude", *PROVED], watcher)


def _keep(plan: Plan, nodes: list[NodeEnded]) -> None:
    """Keep what dbt has run, for later builds; what is in the way of that fails no refresh."""
    try:
        recorded.keep(plan, nodes)
    except (OSError, duckdb.Error) as error:
        detail.info(f"what dbt ran is not kept: {type(error).__name__}")


def build_part(plan: Plan, selection: list[str], watcher: Watcher) -> Iterator[NodeEnded]:
    """Have dbt build and audit `selection`, as of the plan's month; yields each node that ended.

    Of what is built so there is no release.
    """
    _begin(plan)
    return _selected(plan, selection, watcher)


def _selected(plan: Plan, selection: list[str], watcher: Watcher) -> Iterator[NodeEnded]:
    variables = {
        "as_of_month": str(plan.month),
        "landed_dir": plan.landed_dir,
        "landed_in_parts": plan.landed_in_parts,
        "reference_dir": str(plan.home.build_reference),
    }
    nodes = (
        second_engine.build(plan.home, selection, variables, watcher)
        if plan.on_spark
        else dbt_build.build(plan.home, selection, json.dumps(variables), watcher)
    )
    return _noted(nodes, watcher)


def _begin(plan: Plan) -> None:
    said = (
        _("building as of {month} from the sample seeds") if plan.is_sample else _("building as of {month}")
    )
    logger.info(said.format(month=plan.month))
    audit.begin(plan.home)
    plan.seeds.write(plan.home.build_reference)


def _noted(nodes: Iterable[NodeEnded], watcher: Watcher) -> Iterator[NodeEnded]:
    """Keep of each node a line in the log."""
    try:
        for node in nodes:
            line = f"dbt {node}: {node.status} in {node.seconds:.2f} s"
            detail.info(line, extra=fields("node", **node.told))
            yield node
    finally:
        watcher.built()


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
    held = _held(plan, release, home.build_file)
    with releases.assembled(home, release) as folder:
        # The workbook is Python's work, the rest is DuckDB's.
        with ThreadPoolExecutor(1) as beside:
            files = beside.submit(_add_files, home.build_file, folder, release)
            publish_tables(home.build_file, folder / WAREHOUSE, release, held.revised)
            files.result()
        manifest = Manifest.of(release, plan.inputs, commit_of_checkout(), folder / WAREHOUSE)
        manifest = _noting(held, replace(manifest, warnings=tuple(passed.warnings.values())))
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


def _warning(node: NodeEnded) -> str:
    return _("warning: dbt {node} found {failures} rows").format(node=node, failures=node.failures)


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


def _add_files(build_file: Path, folder: Path, release: Release) -> None:
    """Add to a new release's folder what it holds beside its DuckDB file.

    A renewed release gets these files from the one before: they must not name the release.
    """
    from orchestration.publishing.files import write_files  # XlsxWriter, which a renewal does not need

    write_files(build_file, folder, release)


def _published(home: Home, manifest: Manifest) -> str:
    return _("published {file}: {told}").format(file=home.published_file, told=_told(manifest))


def _told(manifest: Manifest) -> str:
    release = manifest.release
    sample = _(" (sample data)") if release.is_sample else ""
    counts = listing(f"{status} {count}" for status, count in manifest.verdict_counts.items())
    return _("release {release}{sample}, as of {month:%Y-%m}: {counts}").format(
        release=release.release_id, sample=sample, month=release.as_of_month, counts=counts
    )
