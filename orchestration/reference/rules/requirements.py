"""Requirements: their clauses, their kinds, and what each is measured by."""

from collections.abc import Iterator

from orchestration.landing import RAW_EXPORTS
from orchestration.language import N_, _, listing
from orchestration.reference.rules.rule import Broken, Rows, grouped, over, sound, with_requirement

_SHARE = "比例"
_WITH_MODULES = frozenset(
    export.name for export in RAW_EXPORTS if any(column.codes == "modules" for column in export.columns)
)


@over("clauses", "requirements")
def items_are_answered(rows: Rows) -> Iterator[Broken]:
    """Every item of Articles 8 and 9 has a requirement: what it asks for would be asked of nobody."""
    answered = {requirement["clause_id"] for requirement in rows["requirements"]}
    for clause in sound(rows, "clauses"):
        if clause["clause_id"].startswith(("8.", "9.")) and clause["clause_id"] not in answered:
            item = f"{clause['article']}{clause['item']}"
            yield (
                "requirements",
                1,
                _("no row is of clause {clause}, {item}: add its row again").format(
                    clause=clause["clause_id"], item=item
                ),
            )


@over("requirements")
def requirements_are_named_for_their_clause(rows: Rows) -> Iterator[Broken]:
    """A spreadsheet saves 8.10 as 8.1, and the requirement is published under another item."""
    for row in sound(rows, "requirements"):
        if row["requirement_id"] != row["clause_id"] and not row["requirement_id"].startswith(
            f"{row['clause_id']}."
        ):
            message = _(
                "clause_id is {clause!r}: expected the number that {requirement} begins with "
                "(spreadsheets make 8.1 of 8.10)"
            ).format(clause=row["clause_id"], requirement=row["requirement_id"])
            yield "requirements", row.line, message


@over("requirements")
def standards_fit_their_kind(rows: Rows) -> Iterator[Broken]:
    """A monitor, and nothing else, has no standard; annexes and quantities ask for counts."""
    roles = {"annex": "local", "prescribed": "department"}
    for row in sound(rows, "requirements"):
        kind, role, source = row["kind"], row["role"], row["target_source"]
        if kind == "monitor" and source != "none":
            yield (
                "requirements",
                row.line,
                _("target_source is {source!r}: expected none for a monitor").format(source=source),
            )
        elif kind != "monitor" and source == "none":
            yield "requirements", row.line, _("target_source is 'none': expected a source, or kind monitor")
        elif source in roles and (kind, role) != ("count", roles[source]):
            message = _(
                "target_source is {source!r}: expected that of a count with role {role} alone"
            ).format(source=source, role=roles[source])
            yield "requirements", row.line, message


@over("requirement_measures", "readings")
def measures_follow_the_readings(rows: Rows) -> Iterator[Broken]:
    """A requirement has one measure, or one for each option of a reading: just one is in force at a time."""
    options = {
        reading: {row["option"] for row in group}
        for (reading,), group in grouped(rows["readings"], "reading_id").items()
    }
    for (requirement,), measures in grouped(sound(rows, "requirement_measures"), "requirement_id").items():
        reading, line = measures[0]["reading_id"], measures[0].line
        known = options.get(reading, set()) if reading else {""}
        for row in measures:
            if row["reading_id"] != reading:
                message = _("reading_id is {found!r}: expected {reading!r}, as in line {line}").format(
                    found=row["reading_id"], reading=reading, line=line
                )
                yield "requirement_measures", row.line, message
            elif row["option"] not in known:
                expected = (
                    _("one of {values}").format(values=listing(sorted(known)))
                    if reading
                    else _("nothing, without a reading_id")
                )
                yield (
                    "requirement_measures",
                    row.line,
                    _("option is {option!r}: expected {expected}").format(
                        option=row["option"], expected=expected
                    ),
                )
        for option in sorted(known - {row["option"] for row in measures} - {""}):
            message = _("{requirement} has no row for option {option} of {reading}: add one").format(
                requirement=requirement, option=option, reading=reading
            )
            yield "requirement_measures", line, message


@over("requirements", "requirement_measures")
def shares_have_a_denominator(rows: Rows) -> Iterator[Broken]:
    """A share without denominator is a count, which one certified user would meet."""
    for row, requirement in with_requirement(rows, "requirement_measures"):
        name, denominator = row["requirement_id"], row["denominator_measure"]
        is_share = requirement["kind"] == "ratio" or (
            requirement["kind"] == "monitor" and requirement["unit"] == _SHARE
        )
        if is_share and not denominator:
            yield (
                "requirement_measures",
                row.line,
                _("denominator_measure is blank: {name} is a share, name one").format(name=name),
            )
        elif denominator and not is_share:
            message = _("denominator_measure is {denominator!r}: {name} is no share, leave it blank").format(
                denominator=denominator, name=name
            )
            yield "requirement_measures", row.line, message
        elif denominator == row["numerator_measure"]:
            message = _(
                "denominator_measure is {denominator!r}, as the numerator_measure is: correct one of the two"
            ).format(denominator=denominator)
            yield "requirement_measures", row.line, message


@over("measures", "requirement_measures")
def shares_are_of_one_export(rows: Rows) -> Iterator[Broken]:
    """Numerator and denominator count rows of one export."""
    exports = {measure["measure"]: measure["export_name"] for measure in sound(rows, "measures")}
    for row in sound(rows, "requirement_measures"):
        names = [row["numerator_measure"], row["denominator_measure"]]
        counted = [exports[name] for name in names if name in exports]
        if len(set(counted)) > 1:
            message = _("{measures} are of {exports}: expected measures of one export").format(
                measures=listing(names, N_(" and ")), exports=listing(counted, N_(" and "))
            )
            yield "requirement_measures", row.line, message


@over("requirements", "requirement_measures", "measures")
def modules_are_named_where_counted(rows: Rows) -> Iterator[Broken]:
    """What is counted by module asks for a module or a category; nothing else does, or it would count 0."""
    exports = {measure["measure"]: measure["export_name"] for measure in sound(rows, "measures")}
    measures = grouped(rows["requirement_measures"], "requirement_id")
    for requirement in sound(rows, "requirements"):
        of_it = measures.get((requirement["requirement_id"],), [])
        counted = [row["numerator_measure"] for row in of_it if row.sound]
        by_module = [measure for measure in counted if exports.get(measure) in _WITH_MODULES]
        otherwise = [measure for measure in counted if measure not in by_module]
        key, category = requirement["module_key"], requirement["module_category"]
        column, named = ("module_key", key) if key else ("module_category", category)
        message = ""
        if key and category:
            message = _("module_key and module_category are both given: leave one of them blank")
        elif by_module and not named:
            message = _(
                "module_key and module_category are blank: {measure} is counted by module, name one"
            ).format(measure=by_module[0])
        elif otherwise and named:
            message = _("{column} is {value!r}: {measure} is not counted by module, leave it blank").format(
                column=column, value=named, measure=otherwise[0]
            )
        elif named and not of_it:
            message = _("{column} is {value!r}: {requirement} counts nothing itself, leave it blank").format(
                column=column, value=named, requirement=requirement["requirement_id"]
            )
        if message:
            yield "requirements", requirement.line, message


@over("requirements")
def completion_is_asked_of_categories(rows: Rows) -> Iterator[Broken]:
    """A module named by its key counts whether it tracks completion or not."""
    for row in sound(rows, "requirements"):
        if row["completion_only"] == "true" and not row["module_category"]:
            message = _("completion_only is 'true': expected false, as module_category is blank")
            yield "requirements", row.line, message


@over("requirements", "modules")
def categories_have_modules(rows: Rows) -> Iterator[Broken]:
    """A category without a module that counts leaves its requirement nothing to measure."""
    for row in sound(rows, "requirements"):
        counted = [
            module
            for module in rows["modules"]
            if module["category"] == row["module_category"]
            and "true" in (module["tracks_completion"], {"true": "", "false": "true"}[row["completion_only"]])
        ]
        if row["module_category"] and not counted:
            asked = _(" that tracks completion") if row["completion_only"] == "true" else ""
            message = _("no module of category {category}{asked}: {requirement} counts them").format(
                category=row["module_category"], asked=asked, requirement=row["requirement_id"]
            )
            yield "modules", 1, message


@over("measures", "requirement_measures")
def measures_are_used(rows: Rows) -> Iterator[Broken]:
    """A measure that no requirement counts is one that a requirement has lost."""
    used = {
        row[f"{part}_measure"]
        for row in rows["requirement_measures"]
        for part in ("numerator", "denominator")
    }
    for row in sound(rows, "measures"):
        if row["measure"] not in used:
            message = _("{measure} is counted for no requirement: name it in one, or delete the row").format(
                measure=row["measure"]
            )
            yield "measures", row.line, message


FAULTS = (
    items_are_answered,
    requirements_are_named_for_their_clause,
    standards_fit_their_kind,
    measures_follow_the_readings,
    shares_have_a_denominator,
    shares_are_of_one_export,
    modules_are_named_where_counted,
    completion_is_asked_of_categories,
    categories_have_modules,
    measures_are_used,
)
