"""Requirements that look at others: at local orgs (derived), or at their own org's months (a ratio)."""

from collections.abc import Iterator

from orchestration.language import _
from orchestration.reference.rules.rule import Broken, Rows, by, grouped, over, sound, with_requirement


@over("requirements", "requirement_sources", "requirement_measures")
def requirements_look_or_count(rows: Rows) -> Iterator[Broken]:
    """A requirement looks at others or counts something: with neither it has no verdict, with both two."""
    looking = {row["requirement_id"] for row in rows["requirement_sources"]}
    counting = {row["requirement_id"] for row in rows["requirement_measures"]}
    for row in sound(rows, "requirements"):
        name, kind = row["requirement_id"], row["kind"]
        looks, counts = name in looking, name in counting
        message = ""
        if looks and counts:
            message = _(
                "{name} has rows in requirement_sources.csv and in requirement_measures.csv: keep one kind"
            ).format(name=name)
        elif not looks and not counts:
            file = "requirement_sources.csv" if kind == "derived" else "requirement_measures.csv"
            message = _("{name} has no row in {file}, and so no verdict: add one").format(
                name=name, file=file
            )
        elif looks and kind not in ("derived", "ratio"):
            message = _(
                "kind is {kind!r}: expected derived or ratio, as requirement_sources.csv has {name}"
            ).format(kind=kind, name=name)
        elif counts and kind == "derived":
            message = _("kind is 'derived': expected another, as requirement_measures.csv has {name}").format(
                name=name
            )
        if message:
            yield "requirements", row.line, message


@over("requirements", "requirement_sources", "requirement_measures")
def sources_can_be_looked_at(rows: Rows) -> Iterator[Broken]:
    """A source is measured itself, and judged; what it is of is what its requirement looks at."""
    requirements = by("requirement_id", sound(rows, "requirements"))
    looking = {row["requirement_id"] for row in rows["requirement_sources"]}
    monthly = {row["requirement_id"] for row in rows["requirement_measures"] if row["period"] == "month"}
    for row, requirement in with_requirement(rows, "requirement_sources"):
        name = row["source_requirement_id"]
        source, expected = requirements.get(name), ""
        if source is None:
            continue
        if name in looking:
            expected = _("one without sources of its own")
        elif source["kind"] == "monitor":
            expected = _("one with a standard, a monitor is never met")
        elif requirement["kind"] == "derived" and (requirement["role"], source["role"]) != (
            "department",
            "local",
        ):
            expected = _("a local requirement, for one of departments")
        elif requirement["kind"] == "ratio" and (
            requirement["role"] != source["role"] or name not in monthly
        ):
            expected = _("one of role {role} whose period is month in requirement_measures.csv").format(
                role=requirement["role"]
            )
        if expected:
            yield (
                "requirement_sources",
                row.line,
                _("source_requirement_id is {name!r}: expected {expected}").format(
                    name=name, expected=expected
                ),
            )


@over("requirements", "requirement_sources")
def ratios_have_one_source(rows: Rows) -> Iterator[Broken]:
    """The months of two requirements would make two verdicts."""
    ratios = [row for row, of in with_requirement(rows, "requirement_sources") if of["kind"] == "ratio"]
    for (name,), sources in grouped(ratios, "requirement_id").items():
        for row in sources[1:]:
            message = _("{requirement} has a source in line {line}: keep one of the two rows").format(
                requirement=name, line=sources[0].line
            )
            yield "requirement_sources", row.line, message


FAULTS = (requirements_look_or_count, sources_can_be_looked_at, ratios_have_one_source)
