"""Where landing and the oracle differ, in words."""

from tests.fuzz.oracle import Fault, Landed, Outcome, Rejected


def differences(expected: Outcome | list[Fault], found: Outcome | list[Fault]) -> list[str]:
    """A line for each; none if they agree."""
    if isinstance(expected, list) or isinstance(found, list):
        faults = expected if isinstance(expected, list) else []
        found_faults = found if isinstance(found, list) else []
        if len(faults) == len(found_faults) and all(map(_same_fault, faults, found_faults)):
            return []
        return [f"faults: expected {_told(faults)}, found {_told(found_faults)}"]
    lines = []
    for name in sorted({*expected, *found}):
        if name not in expected or name not in found:
            lines.append(f"{name}: in force {name in found}, expected {name in expected}")
        else:
            lines += [f"{name}: {line}" for line in _differ(expected[name], found[name])]
    return lines


def _same_fault(expected: Fault, found: Fault) -> bool:
    return expected.file == found.file and found.reason in expected.reason.split(" or ")


def _told(faults: list[Fault]) -> str:
    return ", ".join(f"{fault.reason} of {fault.file}" for fault in faults) or "none"


def _differ(expected: Landed, found: Landed) -> list[str]:
    lines = []
    if expected.day != found.day:
        lines.append(f"date {found.day}, expected {expected.day}")
    rows, found_rows = sorted(map(repr, expected.rows)), sorted(map(repr, found.rows))
    lines += [f"lands, and must not: {row}" for row in found_rows if row not in rows]
    lines += [f"does not land, and must: {row}" for row in rows if row not in found_rows]
    if not lines and rows != found_rows:
        lines.append("the same row lands more than once")
    wanted = {(row.file, row.sheet, row.row): row for row in expected.rejected}
    refused = {(row.file, row.sheet, row.row): row for row in found.rejected}
    for place in sorted({*wanted, *refused}, key=repr):
        line = _differ_in_row(wanted.get(place), refused.get(place))
        if line:
            lines.append(f"row {place}: {line}")
    if len(found.rejected) != len(refused):
        lines.append("a row is refused twice")
    if expected.unknown != found.unknown:
        lines.append(f"unknown spellings {found.unknown}, expected {expected.unknown}")
    return lines


def _differ_in_row(expected: Rejected | None, found: Rejected | None) -> str:
    if expected is None or found is None:
        return f"refused as {found and found.reason}, expected {expected and expected.reason}"
    if expected.reason != found.reason:
        return f"refused as {found.reason}, expected {expected.reason} of {expected.columns}"
    if not found.columns <= expected.columns:
        return f"{found.reason} of {set(found.columns)}, expected one of {set(expected.columns)}"
    if expected.org_code != found.org_code:
        return f"org_code {found.org_code}, expected {expected.org_code}"
    return ""
