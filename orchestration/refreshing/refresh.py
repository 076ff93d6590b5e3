"""One refresh as its steps: the command line takes them one after the other, Dagster's job as assets."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from orchestration import dbt_build, landing
from orchestration.common.logs import detail, fields, logger
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import NodeEnded
from orchestration.home import Home
from orchestration.publishing import releases
from orchestration.publishing.manifest import Manifest
from orchestration.publishing.pruning import Retention, prune
from orchestration.publishing.publish import PUBLISHED_SCHEMAS, PublishingRefused, publish, renew
from orchestration.publishing.release import Release
from orchestration.publishing.releases import WAREHOUSE
from orchestration.refreshing import basis
from orchestration.refreshing.basis import Basis, built_basis, changed_since_built
from orchestration.refreshing.inputs import commit_of_checkout, inputs_of
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

    Where a release follows from the same inputs, nothing is built: its tables are published again. The caller
    holds the home. Raises what the rooms raise: UsageFault, ReferenceRefused, InputRefused,
    LandingFailed, BuildFailed, PublishingRefused.
    """
    # dbt is imported, and the project parsed, while DuckDB reads the exports.
    beside = ThreadPoolExecutor(1)
    land(request, watcher, begins=lambda: beside.submit(dbt_build.parse, request.home))
    beside.shutdown()
    *earlier, last = [made(each, watcher) for each in request.each]
    put_in_force(request.home, last.release)
    tidy(request.home)
    return "\n".join([*(f"made {_told(each)}" for each in earlier), _published(request.home, last)])


def made(request: Request, watcher: Watcher) -> Manifest:
    """Make a release of one month out of what is landed, which readers do not see yet."""
    if release := renewed(request):
        return release
    changed = changed_since_built(request.home, Basis.of(request))
    if changed is None:
        nodes = build_anew(request, ["--exclude", *PROVED], watcher)
    else:
        nodes = _build_on(request, changed, watcher)
    for _ in nodes:
        pass
    return released(request)


def land(
    request: Request, watcher: Watcher, begins: Callable[[], object] = lambda: None
) -> landing.LandingResult:
    """Land what is new in the inbox, and say what the office should know of it."""
    result = request.land(watcher, begins)
    for notice in result.notices:
        logger.info(notice)
    return result


def build_anew(request: Request, selection: list[str], watcher: Watcher) -> Iterator[NodeEnded]:
    """Have dbt build and audit `selection`, all of the project but for some tests, from nothing.

    So there is no table of a model that is gone, no half of a refresh that was killed, and not its log
    either, which DuckDB would apply to the new file.
    """
    shutil.rmtree(request.home.build_file.parent, ignore_errors=True)
    yield from _build_all(request, selection, watcher)


def _build_on(request: Request, changed: frozenset[str], watcher: Watcher) -> Iterator[NodeEnded]:
    """Have dbt build and audit what follows from the nodes that changed since the build file was built."""
    if changed:
        logger.info(f"built before, to be built anew: what follows from {', '.join(sorted(changed))}")
        selection = ["--select", *(f"{node}+" for node in sorted(changed)), "--exclude", *PROVED]
        yield from _build_all(request, selection, watcher)


def _build_all(request: Request, selection: list[str], watcher: Watcher) -> Iterator[NodeEnded]:
    asked = Basis.of(request)
    basis.begin(request.home, asked)
    warned = False
    for node in build(request, selection, watcher):
        warned = warned or node.status == "warn"
        yield node
    if not warned:
        basis.complete(request.home, asked)


def build(request: Request, selection: list[str], watcher: Watcher) -> Iterator[NodeEnded]:
    """Have dbt build and audit `selection`, as of the request's month; yields each node that ended."""
    home, month = request.home, request.month
    logger.info(f"building as of {month}{' from the sample seeds' if request.is_sample else ''}")
    variables = json.dumps({"as_of_month": str(month), "landed_dir": request.landed_dir})
    for node in dbt_build.build(home, selection, variables, watcher):
        if node.status == "warn":
            logger.warning(f"warning: dbt {node} found {node.failures} rows")
        detail.info(f"dbt {node}: {node.status} in {node.seconds:.2f} s", extra=fields("node", **node.told))
        yield node
    watcher.built()


def released(request: Request) -> Manifest:
    """Make a release of what was built, which readers do not see yet.

    Raises PublishingRefused where that follows from other inputs than there are now.
    """
    home, inputs = request.home, inputs_of(request.home)
    if built_basis(home) != Basis.of(request):
        raise PublishingRefused(
            "data, reference seeds, code or month were changed while they were built: run the refresh again"
        )
    release = releases.following(home, request.month.first_day, request.is_sample)
    with releases.assembled(home, release) as folder:
        # The workbook is Python's work, the rest is DuckDB's.
        with ThreadPoolExecutor(1) as beside, _taking_turns():
            files = beside.submit(_add_files, home.build_file, folder, release)
            publish(home.build_file, folder / WAREHOUSE, release)
            files.result()
        manifest = Manifest.of(release, inputs, commit_of_checkout(), folder / WAREHOUSE)
        manifest.write(folder)
    return manifest


@contextmanager
def _taking_turns() -> Iterator[None]:
    """Have a thread give way to others ten times as soon as usual: DuckDB's waits after each statement."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 10)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def renewed(request: Request) -> Manifest | None:
    """Make a release of the tables of an earlier one that follows from the same inputs; None without one."""
    home, month, inputs = request.home, request.month.first_day, inputs_of(request.home)
    before = releases.with_inputs(home, month, inputs)
    if before is None:
        return None
    before_id = before.release.release_id
    logger.info(f"nothing new since release {before_id}: its tables are published again")
    release = releases.following(home, month, request.is_sample)
    with releases.assembled(home, release) as folder:
        releases.carry_over(home.releases / before_id, folder)
        renew(folder / WAREHOUSE, release)
        manifest = before.renewed(release, commit_of_checkout(), folder / WAREHOUSE)
        manifest.write(folder)
    return manifest


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
        logger.warning(f"old releases stay in {home.releases}, the system refused: {error.strerror}")
        return
    if gone:
        logger.info(f"removed {len(gone)} releases that need not be kept: {', '.join(gone)}")


def _add_files(build_file: Path, folder: Path, release: Release) -> None:
    """Add to a new release's folder what it holds beside its DuckDB file.

    A renewed release gets these files from the one before: they must not name the release.
    """
    from orchestration.publishing.files import write_files  # XlsxWriter, which a renewal does not need

    write_files(build_file, folder, release)


def _published(home: Home, manifest: Manifest) -> str:
    return f"published {home.published_file}: {_told(manifest)}"


def _told(manifest: Manifest) -> str:
    release = manifest.release
    sample = " (sample data)" if release.is_sample else ""
    counts = ", ".join(f"{status} {count}" for status, count in manifest.verdict_counts.items())
    return f"release {release.release_id}{sample}, as of {release.as_of_month:%Y-%m}: {counts}"
