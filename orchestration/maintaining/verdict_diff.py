"""Which verdicts a change of the rules changes: `make verdict-diff BASE=<git rev>`.

A revision and the working tree each build the same exports as of the same month, each with its own models and
reference seeds, in a process of its own; then the two tables of verdicts are compared, row by row.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from orchestration import reference
from orchestration.errors import UsageFault
from orchestration.explaining.verdict_changes import compare, told
from orchestration.home import CHECKOUT, RAW_SEEDS, REFERENCE_SEEDS, Home, reference_at
from orchestration.language import _, speak_to_libraries
from orchestration.reference import ReferenceSeeds
from orchestration.reference.office import own_seeds
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.request import Request

_COMPARED = ["fct_verdicts", "dim_requirements", "dim_organizations", "dim_verdict_labels"]
_SELECTION = ["--select", *(f"+{model}" for model in _COMPARED)]
_NO_TESTS = ["--resource-type", "seed", "--resource-type", "model"]

# Run with a revision's code in front: a revision is built the way it builds itself.
_BUILD = """
import sys
from pathlib import Path
from orchestration import dbt_build
from orchestration.home import Home
try:
    for _ in dbt_build.build(Home(Path(sys.argv[1])), sys.argv[3:], sys.argv[2]):
        pass
except dbt_build.BuildFailed as failure:
    sys.exit(str(failure))
"""


class RevisionUnbuildable(Exception):
    """One of the two could not be built (exit code 1); the message says which, and git's or dbt's reason."""


@dataclass(frozen=True)
class _Exports:
    """What both sides build: the landed Parquet, blank for the sample, as of a month."""

    landed_dir: str
    landed_in_parts: tuple[str, ...]
    month: str

    @property
    def variables(self) -> dict[str, Any]:
        """What dbt is told of them."""
        return {
            "as_of_month": self.month,
            "landed_dir": self.landed_dir,
            "landed_in_parts": self.landed_in_parts,
        }

    def __str__(self) -> str:
        told = _("as of {month}, what is landed") if self.landed_dir else _("as of {month}, sample data")
        return told.format(month=self.month)


def verdict_diff(base: str, home: Path | None, own: Path | None = None) -> str:
    """Tell how the verdicts of the working tree differ from those of revision `base`.

    Builds what `home` has landed, or without one the sample; on both sides the office's reference seeds in
    `own`, else those that GONGHUI_REFERENCE names, stand in for their namesakes. Raises UsageFault for a
    revision that git does not know, a home that has nothing, a folder that is not there; ReferenceRefused for
    the working tree's seeds; RevisionUnbuildable.
    """
    commit = _commit(base)
    seeds = own_seeds(reference_at(own))
    reference.check(seeds)
    with TemporaryDirectory(prefix="verdict-diff-") as scratch:
        folder = Path(scratch)
        exports = _exports(home, folder, seeds)
        checkouts = {base: _checked_out(commit, folder / "base", seeds), _("working tree"): CHECKOUT}
        homes = [Home(folder / "before"), Home(folder / "after")]
        seeds.write(homes[1].build_reference)
        variables = [exports.variables, {**exports.variables, "reference_dir": str(homes[1].build_reference)}]
        with ThreadPoolExecutor() as both:
            list(both.map(_build, checkouts, checkouts.values(), homes, variables))
        changes = compare(*(each.build_file for each in homes))
    heading = _("{base} ({commit}) → working tree, {exports}")
    return told(heading.format(base=base, commit=commit[:7], exports=exports), changes)


def _exports(home: Path | None, scratch: Path, seeds: ReferenceSeeds) -> _Exports:
    """What to build: resolved once, so that a refresh that ends meanwhile does not part the two sides."""
    request = Request.of(home=str(home or scratch), seeds=str(seeds.own or ""))
    [plan] = Plan.all_of(replace(request, inbox=None))
    if home and plan.is_sample:
        raise UsageFault(
            _(
                "nothing is landed in {home}: name the --home of a gonghui refresh, or none, for the sample"
            ).format(home=home)
        )
    folder = str(Path(plan.landed_dir).resolve()) if plan.landed_dir else ""
    return _Exports(folder, plan.landed_in_parts, str(plan.month))


def _commit(revision: str) -> str:
    """The full hash of a revision; raises UsageFault where git knows none of that name."""
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode != 0:
        said = found.stderr.decode().strip()  # where it is no repository, or may not be read
        message = _(
            "there is no revision “{revision}”: name a commit, branch or tag that git knows, for example "
            "HEAD~1 {said}"
        )
        raise UsageFault(message.format(revision=revision, said=said).rstrip())
    return found.stdout.decode().strip()


def _checked_out(commit: str, folder: Path, seeds: ReferenceSeeds) -> Path:
    """Unpack a commit into `folder`, with the working tree's raw exports: only the rules may differ.

    The office's reference seeds take the place of those that the commit has.

    From an archive, not as a worktree of git's: nothing is left in the repository, not even by `kill -9`.
    """
    archive = _git("archive", "--format=zip", commit)
    if archive.returncode != 0:
        raise RevisionUnbuildable(
            _("revision {revision} cannot be unpacked, git says: {said}").format(
                revision=commit[:7], said=archive.stderr.decode().strip()
            )
        )
    with ZipFile(BytesIO(archive.stdout)) as packed:
        packed.extractall(folder)
    for export in RAW_SEEDS.glob("*.csv"):
        shutil.copyfile(export, folder / RAW_SEEDS.relative_to(CHECKOUT) / export.name)
    for name in seeds.office_files():
        shipped = folder / REFERENCE_SEEDS.relative_to(CHECKOUT) / name
        if seeds.own and shipped.exists():
            shutil.copyfile(seeds.own / name, shipped)
    return folder


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(CHECKOUT), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise UsageFault(_("there is no git: revisions are compared with it")) from None


def _build(name: str, checkout: Path, home: Home, variables: Mapping[str, str]) -> None:
    """Build the verdicts of one side into `home`; raises RevisionUnbuildable."""
    arguments = [str(home.root), json.dumps(variables), *_SELECTION, *_NO_TESTS]
    process = subprocess.run(
        [sys.executable, "-c", _BUILD, *arguments],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode != 0:
        reason = process.stderr.strip() or _("exit code {code}").format(code=process.returncode)
        raise RevisionUnbuildable(
            _("{revision} cannot be built: {reason}").format(revision=name, reason=reason)
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the difference; returns 0 whatever changed, 2 for what was asked wrongly, 1 if a build failed."""
    speak_to_libraries()
    parser = argparse.ArgumentParser(
        prog="verdict_diff", description=_("which verdicts change because of changed rules")
    )
    parser.add_argument(
        "base", metavar="BASE", help=_("the revision to compare with, for example HEAD~1, main")
    )
    parser.add_argument(
        "--home", type=Path, metavar="DIR", help=_("what is landed here; without: the sample")
    )
    parser.add_argument(
        "--reference", type=Path, metavar="DIR", help=_("the office's own reference seeds, on both sides")
    )
    options = parser.parse_args(arguments)
    try:
        print(verdict_diff(options.base, options.home, options.reference))
    except (UsageFault, reference.ReferenceRefused) as fault:
        print(fault, file=sys.stderr)
        return 2
    except RevisionUnbuildable as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
