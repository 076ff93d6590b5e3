"""What goes into a landing and what comes out of it: the dataclasses and errors others code against."""

from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

from orchestration.errors import FaultsFound, NothingPublished, UsageFault
from orchestration.language import N_, _, shaped

# The version of the row rules: rows landed by other ones are judged anew.
_RULES = 2

WAIVERS: frozenset[str] = frozenset({"too_many_rejects", "shrunk"})


@dataclass(frozen=True, order=True)
class Spelling:
    """One row of spellings.csv: what exports say in place of a NAME, a header, a listed value or a code.

    Without `column_name` it is another NAME, without `value` another header; without `export_name` it holds
    in every export that has the column.
    """

    export_name: str
    column_name: str
    value: str
    spelling: str


@dataclass(frozen=True)
class KnownCodes:
    """The codes that the reference seeds have, and how exports may spell them, values, headers and NAMEs.

    `orgs` are those that rows may stand under; `groups`, the target_group orgs, are known and take no rows.
    `spellings` holds the names of orgs and modules too.
    """

    orgs: frozenset[str]
    modules: frozenset[str]
    groups: frozenset[str] = frozenset()
    spellings: frozenset[Spelling] = frozenset()

    @property
    def digest(self) -> str:
        """Changes exactly when rows that have landed may be judged otherwise now."""
        parts = (_RULES, sorted(self.orgs), sorted(self.modules), sorted(self.groups), sorted(self.spellings))
        return sha256(repr(parts).encode()).hexdigest()


@dataclass(frozen=True)
class HeaderMiss:
    """What the row that came closest to a header lacks: columns by their headers, cells as compared."""

    missing: tuple[str, ...]
    twice: tuple[str, ...]
    nearest: tuple[tuple[str, str], ...]
    """A missing column, and the cell of no column that is most like it."""
    others: tuple[str, ...]
    """The cells of no column, but for those that may say a person's number."""


@dataclass(frozen=True, order=True)
class Fault:
    """Why a file, or a snapshot (file = NAME_YYYYMMDD), stops the refresh (contract §2)."""

    reason: str
    file: str
    message: str
    miss: HeaderMiss | None = field(default=None, compare=False)
    """Of missing_columns: what the message says."""

    def __str__(self) -> str:
        return shaped("{reason}\t{file}\t{message}", reason=self.reason, file=self.file, message=self.message)


_NOTICES = {
    "not_a_file": N_("passed over, not a regular file"),
    "unfinished": N_("passed over, a download that is not complete"),
    "older": N_("passed over, {other} is newer"),
    "older_than_landed": N_("passed over, the one landed is of {other}"),
    "copy": N_("passed over, it is a copy of {other}"),
    "hidden_sheet": N_("sheet {other} passed over, it is hidden"),
    "sheet_without_header": N_("sheet {other} passed over, it has no header row"),
    "table_without_header": N_("table {other} passed over, it has no header row"),
    "perhaps_cut_off": N_(
        "it has just as many rows as a program can hold, and may be cut off: compare its last row with "
        "the system's"
    ),
}


@dataclass(frozen=True, order=True)
class Notice:
    """What the office should know of a file, or a snapshot, and stops nothing."""

    file: str
    why: Literal[
        "not_a_file",
        "unfinished",
        "older",
        "older_than_landed",
        "copy",
        "hidden_sheet",
        "sheet_without_header",
        "table_without_header",
        "perhaps_cut_off",
    ]
    other: str = ""
    """The file, snapshot, day, sheet or table that it speaks of."""

    def __str__(self) -> str:
        return shaped(
            "{file}: {notice}", file=self.file, notice=_(_NOTICES[self.why]).format(other=self.other)
        )


class InputRefused(FaultsFound):
    """The inbox holds what cannot be landed; `faults` are all of the run, in file-name order."""


class InboxNotFound(UsageFault):
    """The inbox named is no directory."""


class LandingFailed(NothingPublished):
    """Something other than the input went wrong; the text never quotes a cell."""


class FileRefused(Exception):
    """One file cannot be landed: the reason and what was expected. Inside this room only."""

    def __init__(
        self, reason: str, message: str, miss: HeaderMiss | None = None, notices: tuple[Notice, ...] = ()
    ) -> None:
        self.reason = reason
        self.message = message
        self.miss = miss
        self.notices = notices
        super().__init__(f"{reason}: {message}")


@dataclass(frozen=True)
class LandedFile:
    """One file of a landed snapshot."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class LandedSnapshot:
    """A snapshot in force. rows_read = rows_landed + rows_rejected; `landed_at` is Beijing time."""

    export_name: str
    export_date: date
    rows_read: int
    rows_landed: int
    rows_rejected: int
    files: tuple[LandedFile, ...]
    landed_at: datetime
    codes_digest: str

    @property
    def fingerprint(self) -> list[str]:
        """Its files' sha256, sorted: the same ones are the same snapshot, whatever the files are called."""
        return sorted(file.sha256 for file in self.files)


@dataclass(frozen=True)
class LandingResult:
    """What is in force after a run, the exports landed in it, and what the office should be told."""

    in_force: dict[str, LandedSnapshot]
    landed: tuple[str, ...]
    notices: tuple[str, ...]
