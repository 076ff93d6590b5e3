"""What came of two refreshes of the sample beside readers."""

from dataclasses import dataclass
from pathlib import Path

from orchestration.home import Home
from tests.commands import Ran
from tests.mirror.databases import ANNA, Database
from tests.readers import Reader


@dataclass(frozen=True)
class Nights:
    """What came of both refreshes."""

    home: Home
    database: Database
    without_mirror: Ran
    """The first, a full one: its mirror was not to be had."""
    with_mirror: Ran
    """The second, with nothing new."""
    reading: list[Reader]
    """What readers saw of both."""
    file: Path
    """The release in force, in its folder: a process opens one path with one set of options alone."""

    @property
    def urls(self) -> dict[str, str]:
        """What SQLAlchemy connects to, engine by engine."""
        return {
            "duckdb": f"duckdb:///{self.home.published_file}?access_mode=read_only",
            "postgresql": self.database.url(ANNA, "postgresql+psycopg"),
        }
