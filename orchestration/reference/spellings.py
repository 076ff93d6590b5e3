"""How exports may spell codes, NAMEs, headers and listed values: what the reference seeds say (§2)."""

from collections.abc import Iterable

from orchestration.landing import Spelling
from orchestration.landing.cells import code
from orchestration.reference.seeds import Row


def names_of_codes(orgs: list[Row], modules: list[Row]) -> frozenset[Spelling]:
    """The names that mean a code without being listed: of orgs, short ones where no other has it, of modules.

    One that would mean two codes means none.
    """
    full = _names(orgs, "org_code", "org_name")
    full_of_any = {code(row["org_name"]) for row in orgs}
    short = {
        name: known
        for name, known in _names(orgs, "org_code", "short_name").items()
        if name not in full_of_any
    }
    return frozenset(
        Spelling("", column, value, name)
        for column, names in (
            ("org_code", {**short, **full}),
            ("module_code", _names(modules, "module_code", "module_name")),
        )
        for name, value in names.items()
    )


def _names(rows: list[Row], key: str, name: str) -> dict[str, str]:
    codes = {row[key] for row in rows}
    owners: dict[str, set[str]] = {}
    for row in rows:
        owners.setdefault(code(row[name]), set()).add(row[key])
    return {
        spelled: next(iter(of))
        for spelled, of in owners.items()
        if len(of) == 1 and spelled and spelled not in codes
    }


def listed(rows: Iterable[Row]) -> frozenset[Spelling]:
    """The rows of spellings.csv."""
    columns = ("export_name", "column_name", "value", "spelling")
    return frozenset(Spelling(*(row[name] for name in columns)) for row in rows)
