"""Two states of the warehouse compared: their inputs, their verdicts, and why each verdict changed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import duckdb

from orchestration.common.text_table import aligned
from orchestration.explaining.attribution import Cause, Requirement, attributed, causes
from orchestration.explaining.verdict_changes import Change, Comparison, Verdict, compare, sentences, told
from orchestration.language import N_, _, chinese, listing
from orchestration.publishing.manifest import Manifest


@dataclass(frozen=True)
class Difference:
    """What two states do not share; `causes` are the inputs that differ."""

    causes: list[Cause]
    comparison: Comparison
    _months: tuple[date, date]
    _requirements: Mapping[str, Requirement]

    @classmethod
    def of(cls, before: Manifest, after: Manifest, warehouses: tuple[Path, Path]) -> Self:
        """Compare the verdicts of two DuckDB files, `before`'s and `after`'s, which stay as they are."""
        known = requirements(warehouses[0]) | requirements(warehouses[1])
        months = before.release.as_of_month, after.release.as_of_month
        return cls(causes(before, after), compare(*warehouses), months, known)

    def why(self, change: Change) -> list[Cause]:
        """The inputs that can have made a change; none: that is a fault of the program."""
        return attributed(change, self._requirements[change.requirement_id], self.causes, *self._months)

    def told(self, heading: str) -> str:
        """Tell it to a person: the inputs, then by requirement and statuses the number and the first."""

        def why(change: Change) -> str:
            able = dict.fromkeys(map(str, self.why(change)))
            return listing(able, N_(", or ")) or _(
                "unknown: the inputs are the same, and the verdicts are not, report this"
            )

        return "\n".join([*self._causes_told(), "", told(heading, self.comparison, why)])

    def in_words(self, month: date) -> Iterator[str]:
        """Tell it as sentences of a document about one month: what changed, and because of what."""
        yield from sentences(self.comparison, month)
        of_month = [change for change in self.comparison.changes if change.as_of_month == month]
        causes = dict.fromkeys(chinese(str(cause)) for change in of_month for cause in self.why(change))
        if causes:
            yield f"更正系因以下有变：{'、'.join(causes)}。"

    def as_json(self, **about: str | bool) -> str:
        """Tell it to a program: every verdict that changed, both its sides, and its causes."""
        changes = [self._as_dict(change) for change in self.comparison.changes]
        inputs = [{"kind": each.kind.name.lower(), **_named(each)} for each in self.causes]
        told = {**about, "verdicts": self.comparison.verdicts, "inputs": inputs, "changes": changes}
        return json.dumps(told, ensure_ascii=False, indent=2, default=_plain)

    def _causes_told(self) -> Iterator[str]:
        if not self.causes:
            yield _("the inputs are the same")
            return
        yield _("inputs that changed:")
        yield from (f"  {line}" for line in aligned([(str(cause), cause.told) for cause in self.causes]))

    def _as_dict(self, change: Change) -> dict[str, Any]:
        return {
            "as_of_month": change.as_of_month,
            "org_code": change.org_code,
            "org_name": change.org_name,
            "role": change.role,
            "requirement_id": change.requirement_id,
            "title": change.title,
            "kind": change.kind.name.lower(),
            "before": _side(change.before),
            "after": _side(change.after),
            "causes": list(dict.fromkeys(chinese(str(cause)) for cause in self.why(change))),
        }


def requirements(warehouse: Path) -> dict[str, Requirement]:
    """Return what each requirement of a DuckDB file looks at, by its id."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        rows = connection.execute(
            "select requirement_id, exports, source_requirements from compliance.dim_requirements"
        ).fetchall()
    return {
        requirement: Requirement(frozenset((exports or "").split()), bool(sources))
        for requirement, exports, sources in rows
    }


def _named(cause: Cause) -> dict[str, str]:
    return {"name": cause.name, "told": chinese(cause.told)}


def _side(verdict: Verdict | None) -> dict[str, Any] | None:
    return asdict(verdict) if verdict else None


def _plain(value: date | Decimal) -> str | float:
    return float(value) if isinstance(value, Decimal) else value.isoformat()
