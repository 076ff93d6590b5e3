"""What a refresh that was killed leaves in a home, removed before the next one begins."""

import shutil

from orchestration import landing
from orchestration.common.lock import holder
from orchestration.home import Home
from orchestration.publishing import bulletins, releases

INSPECTED = ".inspected-"
WHAT_IF = ".what-if-"


def clear(home: Home) -> None:
    """Remove unfinished files, and the folders that DuckDB spilt into; the caller holds the home."""
    landing.clear(home.root)
    releases.clear(home)
    bulletins.clear(home)
    for folder in (*home.root.glob(f"{INSPECTED}*"), *home.build_file.parent.glob("*.spill")):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in home.root.glob(f"{WHAT_IF}*"):
        held = holder(Home(folder).lock_file)
        if not (held and held.is_alive):  # one may be comparing beside this refresh
            shutil.rmtree(folder, ignore_errors=True)
