"""A build and its audit, in HOME/build: as dbt ran it before, or by dbt itself, of what is not there yet."""

import json
import shutil
from collections.abc import Iterable, Iterator

import duckdb

from orchestration import dbt_build, reference
from orchestration.common.logs import detail, fields, logger
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import NodeEnded
from orchestration.language import _, listing
from orchestration.publishing import releases
from orchestration.publishing.publish import PUBLISHED_SCHEMAS
from orchestration.refreshing import audit, recorded, second_engine
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.recorded import FoundRows, NotAsRecorded

# Tests of what is proved without them: the keys of big tables by landing, the keys of published tables by
# DuckDB, which holds tables to them. `dbt build` by hand runs them all. Of the cells, keys and references of
# the reference seeds dbt has no tests: `Request.check` refuses them with file and line.
PROVED = (
    "tag:proved_by_landing",
    *(f"fqn:gonghui.{room}.unique_*" for room in PUBLISHED_SCHEMAS),
    *(f"fqn:gonghui.{room}.*_grain_is_unique" for room in ("compliance", "indicators")),
)


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


def _warning(node: NodeEnded) -> str:
    return _("warning: dbt {node} found {failures} rows").format(node=node, failures=node.failures)
