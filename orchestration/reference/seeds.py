"""Where each reference seed comes from: the checkout, or the office's own folder."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.common.files import sha256
from orchestration.home import REFERENCE_SEEDS
from orchestration.reference.tables import TABLES, Table


@dataclass(frozen=True)
class ReferenceSeeds:
    """The reference seeds of one refresh: a file of the office stands in for its namesake (contract §1)."""

    own: Path | None = None
    """The office's folder; None: all is the checkout's."""
    shipped: Path = REFERENCE_SEEDS

    def path(self, table: Table) -> Path:
        """The file that is read for a table, whether it is there or not."""
        if self.own and (self.own / table.file).is_file():
            return self.own / table.file
        return self.shipped / table.file

    def strangers(self) -> list[str]:
        """The names of what the office's folder has as `.csv` and no table is read from, in order."""
        known = {table.file for table in TABLES}
        found = self.own.iterdir() if self.own else ()
        return sorted(path.name for path in found if path.suffix.lower() == ".csv" and path.name not in known)

    def digests(self) -> dict[str, str]:
        """The sha256 of each file that is read, by its name: equal digests, equal seeds."""
        return {path.name: sha256(path) for path in map(self.path, TABLES) if path.is_file()}

    def write(self, folder: Path) -> None:
        """Write all that is read into `folder`, for dbt to load: what was checked is what is built."""
        folder.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            shutil.copyfile(self.path(table), folder / table.file)
