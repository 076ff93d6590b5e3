"""What a command ends with when something foreseen goes wrong (contract §1)."""

import pytest

from orchestration import errors
from orchestration.errors import FaultsFound, KnownFault, NothingPublished, UsageFault


@pytest.mark.parametrize(
    ("fault", "exit_code", "lines"),
    [
        (KnownFault("a", "b"), 1, ("a", "b")),
        (NothingPublished("a"), 1, ("a", "nothing was published; what was published before stays")),
        (UsageFault("a"), 2, ("a",)),
        (FaultsFound(["a", "b"]), 2, ("a", "b", "refused: 2 faults; nothing was landed, nothing published")),
        (errors.RefreshDied("a"), 1, ("a",)),
    ],
)
def test_a_fault_has_its_exit_code_and_its_lines(
    fault: KnownFault, exit_code: int, lines: tuple[str, ...]
) -> None:
    assert (fault.exit_code, fault.lines, fault.checks) == (exit_code, lines, ())


def test_exit_codes_are_those_of_the_contract() -> None:
    assert (errors.DONE, errors.FAILED, errors.REFUSED, errors.BUSY, errors.INTERRUPTED) == (0, 1, 2, 3, 130)
    assert {0, 1, 2, 3, 130} == errors.OURS
