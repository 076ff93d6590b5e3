"""Numbers that the environment sets; docs/operations.md lists every setting."""

import os
import re

from orchestration.errors import UsageFault

# As hours 11 years, as days 270: no calendar ends before that.
MOST = 100_000


def number(variable: str, default: int, unit: str, least: int = 1) -> int:
    """Return the whole number of `unit` that `variable` sets, `least` to MOST; raises UsageFault."""
    text = os.environ.get(variable) or str(default)
    if not (re.fullmatch("[0-9]{1,6}", text) and least <= int(text) <= MOST):
        raise UsageFault(f"{variable} is {text!r}: write a whole number of {unit} from {least} to {MOST}")
    return int(text)
