"""Where everything lies: the checkout that is read, the home that is written."""

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
DBT_PROJECT = CHECKOUT / "dbt_project"
ANALYSES = CHECKOUT / "analyses"
RAW_SEEDS = CHECKOUT / "seeds" / "raw"
REFERENCE_SEEDS = CHECKOUT / "seeds" / "reference"

HOME_VARIABLE = "GONGHUI_HOME"
INBOX_VARIABLE = "GONGHUI_INBOX"
REFERENCE_VARIABLE = "GONGHUI_REFERENCE"


@dataclass(frozen=True)
class Home:
    """One home: nothing that a refresh writes lies outside `root` (contract §1)."""

    root: Path

    @property
    def lock_file(self) -> Path:
        """Held by flock while a refresh writes here; it holds the pid of its holder."""
        return self.root / ".lock"

    @property
    def build_file(self) -> Path:
        """The DuckDB file that dbt builds in; no reader ever opens it."""
        return self.root / "build" / "gonghui.duckdb"

    @property
    def build_audit(self) -> Path:
        """What the build file follows from, and that it has passed its audit."""
        return self.root / "build" / "audit.json"

    @property
    def build_reference(self) -> Path:
        """The reference seeds that were built, each a copy."""
        return self.root / "build" / "reference"

    @property
    def build_engine(self) -> Path:
        """Where a second engine builds, a folder each time, for DuckDB to take over."""
        return self.root / "build" / "engine"

    @property
    def warehouse(self) -> Path:
        """The folder of the published file."""
        return self.root / "warehouse"

    @property
    def published_file(self) -> Path:
        """The one file that readers open."""
        return self.warehouse / "gonghui.duckdb"

    @property
    def releases(self) -> Path:
        """One immutable folder per release, by its id."""
        return self.root / "releases"

    @property
    def bulletins(self) -> Path:
        """The documents for people: drafts by month, and in `issued/` those that were issued."""
        return self.root / "bulletins"

    @property
    def dbt_parse(self) -> Path:
        """The manifest and partial-parse cache of dbt, kept from night to night."""
        return self.root / "dbt" / "parse"

    @property
    def dbt_run(self) -> Path:
        """The compiled SQL and run results of dbt's last build."""
        return self.root / "dbt" / "run"

    @property
    def dbt_recorded(self) -> Path:
        """What dbt ran when it last built everything."""
        return self.root / "dbt" / "recorded"

    @property
    def log_file(self) -> Path:
        """One line per export, dbt node and release, newest last."""
        return self.root / "logs" / "refresh.log"

    @property
    def state(self) -> Path:
        """What came of the last refresh, and which alerts were sent."""
        return self.root / "state"

    @property
    def serving_file(self) -> Path:
        """Held by flock while `gonghui serve` serves this home; it holds the pid of its holder."""
        return self.root / "dagster" / ".serving"

    @property
    def dagster(self) -> Path:
        """Dagster's storage: runs, events, schedule ticks."""
        return self.root / "dagster"


def home_at(path: str | Path | None) -> Home:
    """Return the home at `path`, else at GONGHUI_HOME, else `var/` in the checkout (contract §1)."""
    chosen = path or os.environ.get(HOME_VARIABLE) or CHECKOUT / "var"
    # Resolved: a home reached through a symlink has one lock, and dbt's change of directory no say.
    return Home(Path(chosen).expanduser().resolve())


def inbox_at(path: str | Path | None) -> Path | None:
    """Return the inbox at `path`, else at GONGHUI_INBOX, else none: what was landed before (contract §1)."""
    chosen = path or os.environ.get(INBOX_VARIABLE)
    return Path(chosen).expanduser().absolute() if chosen else None


def reference_at(path: str | Path | None) -> Path | None:
    """Return the office's folder of reference seeds at `path`, else at GONGHUI_REFERENCE, else none."""
    chosen = path or os.environ.get(REFERENCE_VARIABLE)
    return Path(chosen).expanduser().absolute() if chosen else None
