"""Numbers that the environment sets; docs/operations.md lists every setting."""

import os

from orchestration.usage import UsageFault


def number(variable: str, default: int, unit: str, least: int = 1) -> int:
    """Return the whole number of `unit` that `variable` sets, `least` or more; raises UsageFault."""
    text = os.environ.get(variable) or str(default)
    if not (text.isascii() and text.isdecimal() and int(text) >= least):
        raise UsageFault(f"{variable} is {text!r}: write a whole number of {unit}, {least} or more")
    return int(text)
