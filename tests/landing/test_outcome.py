"""What goes into a landing and what comes out of it: how it is told, and when it is the same."""

from datetime import date, datetime

import pytest

from orchestration.landing import KnownCodes, Spelling
from orchestration.landing.outcome import Fault, FileRefused, HeaderMiss, LandedFile, LandedSnapshot, Notice

CODES = KnownCodes(frozenset({"A1"}), frozenset({"M1"}), frozenset({"G1"}), frozenset())


def test_a_fault_is_told_in_one_line_and_is_the_same_whatever_its_header_lacks() -> None:
    miss = HeaderMiss(("干部ID",), (), (), ())
    fault = Fault("missing_columns", "x.csv", "expected", miss)
    assert str(fault) == "missing_columns\tx.csv\texpected"
    assert fault == Fault("missing_columns", "x.csv", "expected")


def test_a_notice_is_told_with_its_file_and_what_it_speaks_of() -> None:
    assert str(Notice("x.csv", "copy", "a.csv")) == "x.csv: passed over, it is a copy of a.csv"


def test_a_file_refused_says_why() -> None:
    assert str(FileRefused("unreadable", "it is damaged")) == "unreadable: it is damaged"


def test_files_are_the_same_whatever_they_are_called() -> None:
    files = (LandedFile("a.csv", "f", 1), LandedFile("b.csv", "e", 1))
    snapshot = LandedSnapshot("cadres", date(2021, 3, 2), 1, 1, 0, files, datetime(2021, 3, 2), "")
    assert snapshot.fingerprint == ["e", "f"]


def test_rows_are_not_judged_anew_while_the_rules_and_the_codes_stay() -> None:
    # A new version of the row rules changes it, and has all files judged anew.
    assert CODES.digest == "90a55b372e618dda4a0a44c7f857c27d49ca4e6cbedd0a799d12eb83fe3f4e36"


@pytest.mark.parametrize(
    "other",
    [
        KnownCodes(frozenset({"A1", "A2"}), CODES.modules, CODES.groups),
        KnownCodes(CODES.orgs, frozenset({"M2"}), CODES.groups),
        KnownCodes(CODES.orgs, CODES.modules, frozenset()),
        KnownCodes(CODES.orgs, CODES.modules, CODES.groups, frozenset({Spelling("", "org_code", "A1", "a")})),
    ],
)
def test_rows_are_judged_anew_for_other_codes(other: KnownCodes) -> None:
    assert other.digest != CODES.digest
