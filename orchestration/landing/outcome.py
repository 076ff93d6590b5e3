"""What goes into a landing and what comes out of it: the dataclasses and errors others code against."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from orchestration.errors import FaultsFound, NothingPublished, UsageFault

WAIVERS: frozenset[str] = frozenset({"too_many_rejects", "shrunk"})


@dataclass(frozen=True)
class KnownCodes:
    """The codes the reference seeds have; target_group orgs are already left out by the caller."""

    orgs: frozenset[str]
    modules: frozenset[str]

    @property
    def digest(self) -> str:
        """Changes exactly when a code is added or taken away."""
        text = "\n".join([*sorted(self.orgs), "", *sorted(self.modules)])
        return sha256(text.encode()).hexdigest()


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
