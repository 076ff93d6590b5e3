"""What goes into a landing and what comes out of it: the dataclasses and errors others code against."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from orchestration.errors import FaultsFound, NothingPublished, UsageFault

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


@dataclass(frozen=True, order=True)
class Fault:
    """Why a file, or a snapshot (file = NAME_YYYYMMDD), stops the refresh (contract §2)."""

    reason: str
    file: str
    message: str

    def __str__(self) -> str:
        return f"{self.reason}\t{self.file}\t{self.message}"


class InputRefused(FaultsFound):
    """The inbox holds what cannot be landed; `faults` are all of the run, in file-name order."""


class InboxNotFound(UsageFault):
    """The inbox named is no directory."""


class LandingFailed(NothingPublished):
    """Something other than the input went wrong; the text never quotes a cell."""


class FileRefused(Exception):
    """One file cannot be landed: the reason and what was expected. Inside this room only."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        self.message = message
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
