"""What the cells of code and listed-value columns mean (contract §2, "Values" and after)."""

import re

from tests.fuzz.oracle.cells import plain
from tests.fuzz.oracle.model import Reference
from tests.fuzz.spec import Column, Spec


def meaning(spec: Spec, column: Column, text: str, reference: Reference) -> str | None:
    """The code or value that a cell means, `text` as `said` has it; None if nobody knows."""
    without_point = re.sub(r"^([0-9]+)\.0+$", r"\1", text)
    known = _known(spec, column, reference)
    return known.get(text) or (known.get(without_point) if column.kind != "list" else None)


def _known(spec: Spec, column: Column, reference: Reference) -> dict[str, str]:
    """All that a column's cells may say, with what it means."""
    known: dict[str, str] = {}
    if column.kind == "list":
        known.update(column.values)
    if column.kind == "module":
        for code, name in reference.modules:
            known[plain(name)] = code
        for code, _ in reference.modules:
            known[plain(code)] = code
    if column.kind == "org":
        short_names = [plain(org.short_name) for org in reference.orgs]
        for org in reference.orgs:
            if short_names.count(plain(org.short_name)) == 1:
                known[plain(org.short_name)] = org.code
        for org in reference.orgs:
            known[plain(org.name)] = org.code
        for org in reference.orgs:
            known[plain(org.code)] = org.code
    for each in reference.spellings:
        if each.value and each.column == column.name and each.export in ("", spec.name):
            known[plain(each.spelling)] = each.value
    known.pop("", None)
    return known


def is_group(code: str | None, reference: Reference) -> bool:
    """Whether it is the code of a target_group."""
    return any(org.code == code and org.type == "target_group" for org in reference.orgs)


def is_told(spelling: str, rows: int) -> bool:
    """Whether an unknown spelling is told: often, short, and nobody's number."""
    mobile = re.fullmatch(r"(\+?86)?-?1[3-9][0-9]{9}", spelling)
    identity = re.fullmatch(r"[0-9]{17}[0-9Xx]|[0-9]{15}", spelling)
    return rows >= 3 and len(spelling) <= 30 and not mobile and not identity
