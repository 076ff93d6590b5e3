"""What one release is to be made of: settled once landing is done, and the same for every step after it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Self

from orchestration import landing
from orchestration.common import as_of
from orchestration.common.as_of import Month
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.language import _
from orchestration.publishing.manifest import Inputs
from orchestration.publishing.releases import in_force
from orchestration.reference import ReferenceSeeds
from orchestration.refreshing.inputs import inputs_of
from orchestration.refreshing.request import Request

# The node that reads dbt's var `as_of_month`; no other does.
AS_OF_NODE = "int_as_of_months"


@dataclass(frozen=True)
class Basis:
    """Digests of all that a build follows from."""

    shared: str
    """Of code, packages, and where the landed files lie."""
    nodes: Mapping[str, str]
    """Of the month, of each export and reference seed, by the name of the one dbt node that reads it."""


@dataclass(frozen=True)
class Plan:
    """One release to be made."""

    home: Home
    seeds: ReferenceSeeds
    month: Month
    inputs: Inputs
    landed_dir: str
    """The folder of the landed Parquet files, blank for the sample seeds: dbt's var of that name."""
    landed_in_parts: tuple[str, ...]
    """The exports that lie there in folders, a file for each province: dbt's var of that name."""
    on_spark: bool
    """Whether the second engine runs the models."""

    @classmethod
    def all_of(cls, request: Request) -> "list[Plan]":
        """Settle what `request` asks for: a plan per month, the one to be put in force last.

        Hashes code and seeds. Raises UsageFault for a month too early or too late, and where there is nothing
        but the sample although real exports were meant.
        """
        home = request.home
        inputs = inputs_of(home, request.seeds, on_spark=request.on_spark)
        landed = str(landing.landed_dir(home.root)) if landing.in_force(home.root) else ""
        parts = landing.in_parts(home.root)
        if not landed:
            _refuse_sample(request)
        dates = [export.export_date for export in inputs.exports]
        first = request.first_month
        months = [as_of.resolve(month, dates, first) for month in request.months]
        return [cls(home, request.seeds, month, inputs, landed, parts, request.on_spark) for month in months]

    def as_of(self, month: Month) -> Self:
        """The same as of another month."""
        return replace(self, month=month)

    @property
    def is_sample(self) -> bool:
        """Whether the sample seeds are built, nothing having been landed in the home."""
        return not self.landed_dir

    @property
    def basis(self) -> Basis:
        """What a build of it follows from."""
        inputs = self.inputs
        exports = {export.export_name: digest(export) for export in inputs.exports}
        seeds = {Path(name).stem: found for name, found in inputs.reference_seeds.items()}
        return Basis(
            shared=digest(inputs.code, inputs.packages, self.landed_dir, self.landed_in_parts),
            nodes={**exports, **seeds, AS_OF_NODE: digest(self.month)},
        )

    def still_holds(self) -> bool:
        """Whether data, reference seeds and code are what they were; hashes them again."""
        return inputs_of(self.home, self.seeds, on_spark=self.on_spark) == self.inputs


def _refuse_sample(request: Request) -> None:
    """Raise UsageFault where the invented sample would be taken for an office's own exports."""
    if request.inbox:
        raise UsageFault(
            _(
                "no export lies in {inbox}, and none was ever landed in {home}: put exports there, "
                "{called}, or name the folder where they are"
            ).format(inbox=request.inbox, home=request.home.root, called=landing.files_of_an_inbox())
        )
    published = in_force(request.home)
    if landing.landed_dir(request.home.root).is_symlink() or (published and not published.is_sample):
        raise UsageFault(
            _(
                "{home} had exports landed, and has none now: put the newest of every export in an inbox "
                "and name it with --inbox"
            ).format(home=request.home.root)
        )


def digest(*parts: object) -> str:
    """Return a digest of values, by how they are written."""
    return sha256(repr(parts).encode()).hexdigest()
