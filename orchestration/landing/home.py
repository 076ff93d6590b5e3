"""What a home has landed: generations, exactly one of them in force, and how the next takes its place.

HOME/landed/current -> 000007     a relative symlink, swapped in one step
HOME/landed/000007/               eleven Parquet files, landed_exports, rejected_rows, unknown_spellings,
                                  manifest.json; of gathered provinces each of the eleven is a folder of
                                  its own, province=NN/landed.parquet
HOME/landed/.work/                of a run under way, or of one that died
"""

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.common.files import changed, link_or_copy, sha256, sync
from orchestration.errors import UsageFault
from orchestration.landing.exports import RAW_EXPORTS
from orchestration.landing.outcome import LandedFile, LandedSnapshot, LandingFailed
from orchestration.landing.parquet import rows_of
from orchestration.language import _, listing

MANIFEST = "manifest.json"
_CURRENT, _NEXT, _WORK = "current", ".current-next", ".work"


def landed_dir(home: Path) -> Path:
    """Where the landed Parquet of a home lies: HOME/landed/current."""
    return home / "landed" / _CURRENT


def in_force(home: Path) -> dict[str, LandedSnapshot]:
    """The snapshots in force, by export name; empty where nothing ever was landed.

    Raises LandingFailed where something was, and nobody can tell what.
    """
    if not landed_dir(home).is_symlink():
        return {}
    try:
        return {entry["export_name"]: _snapshot(entry) for entry in _manifest(home)["exports"]}
    except (OSError, ValueError, TypeError, KeyError):
        raise LandingFailed(
            _(
                "{file} is missing or damaged: restore {folder} from a backup, or move it away, put "
                "the newest files of every export in the inbox, and refresh; or gather anew what was gathered"
            ).format(file=landed_dir(home) / MANIFEST, folder=home / "landed")
        ) from None


def provinces(home: Path) -> tuple[str, ...]:
    """The provinces whose landed exports were gathered here, in order; none where files land themselves.

    Raises LandingFailed where nobody can tell what is in force.
    """
    return tuple(_manifest(home).get("provinces", ())) if in_force(home) else ()


def in_parts(home: Path) -> tuple[str, ...]:
    """The exports of which a folder of Parquet files is in force, and not one file."""
    return tuple(export.name for export in RAW_EXPORTS) if provinces(home) else ()


def digests(home: Path) -> dict[str, str]:
    """The sha256 of each Parquet file in force as it was written, by its path in landed_dir."""
    return dict(_manifest(home).get("parquet", {})) if landed_dir(home).is_symlink() else {}


def refuse_gathered(home: Path) -> None:
    """Raise UsageFault where a home holds what was gathered: no file lands there."""
    if gathered := provinces(home):
        raise UsageFault(
            _(
                "{home} holds what was gathered from {provinces}: land in the home of the province, then "
                "gonghui gather anew; name no inbox here (--inbox, GONGHUI_INBOX)"
            ).format(home=home, provinces=listing(gathered))
        )


def refused_rows(home: Path) -> dict[str, dict[str, int]]:
    """How many rows of the snapshots in force were refused, by export, then reason, the most frequent first.

    Empty where nothing ever was landed; raises duckdb.Error where the file is damaged or gone.
    """
    if not landed_dir(home).is_symlink():
        return {}
    file = landed_dir(home) / "rejected_rows.parquet"
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"""select export_name, reason, count(*) as refused from {rows_of(file)}
            group by all order by export_name, refused desc, reason"""
        )
        for export, reason, count in rows.fetchall():
            counts[export][reason] = count
    return counts


def unknown_spellings(home: Path) -> list[tuple[str, str, str, int]]:
    """What cells of the snapshots in force say that nobody knows: export, column, spelling, rows.

    Empty where nothing ever was landed; raises duckdb.Error where the file is damaged or gone.
    """
    if not landed_dir(home).is_symlink():
        return []
    with duckdb.connect() as connection:
        return connection.execute(
            f"from {rows_of(landed_dir(home) / 'unknown_spellings.parquet')}"
        ).fetchall()


def damaged(home: Path) -> frozenset[str]:
    """The exports and lists in force of which a Parquet file is gone or not what was written."""
    return frozenset(Path(Path(name).parts[0]).stem for name in changed(landed_dir(home), digests(home)))


def _manifest(home: Path) -> dict[str, Any]:
    return json.loads((landed_dir(home) / MANIFEST).read_text(encoding="utf-8"))


def _snapshot(entry: dict[str, Any]) -> LandedSnapshot:
    return LandedSnapshot(
        **{
            **entry,
            "export_date": date.fromisoformat(entry["export_date"]),
            "landed_at": datetime.fromisoformat(entry["landed_at"]),
            "files": tuple(LandedFile(**file) for file in entry["files"]),
        }
    )


def settle(path: Path) -> str:
    """Have a finished file on the disk, and return its sha256."""
    sync(path)
    return sha256(path)


def write_manifest(
    home: Path,
    generation: Path,
    snapshots: Iterable[LandedSnapshot],
    settled: Mapping[str, str],
    gathered: Sequence[str] = (),
) -> None:
    """Write which snapshots the next generation holds, and the sha256 of their files and of its Parquet.

    `settled` are the sha256 of its files that are known, by their path in it; `gathered` the provinces that
    they are of, where it is no landing.
    """
    before, written = landed_dir(home), digests(home)

    def digest(name: str) -> str:
        if name in settled:
            return settled[name]
        path, same = generation / name, before / name
        is_carried_over = name in written and same.exists() and path.samefile(same)
        return written[name] if is_carried_over else settle(path)

    files = sorted(path for path in generation.rglob("*.parquet") if path.is_file())
    names = [path.relative_to(generation).as_posix() for path in files]
    manifest = {
        "exports": [asdict(snapshot) for snapshot in snapshots],
        "parquet": {name: digest(name) for name in names},
        **({"provinces": list(gathered)} if gathered else {}),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, default=lambda day: day.isoformat())
    (generation / MANIFEST).write_text(text + "\n", encoding="utf-8")


@contextmanager
def workspace(home: Path) -> Iterator[Path]:
    """An empty directory beside the generations, gone afterwards, come what may."""
    work = home / "landed" / _WORK
    clear(home)
    work.mkdir(parents=True)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def carry_over(home: Path, file_name: str, generation: Path) -> None:
    """Take an unchanged file of the generation in force into the next one, by hard link if possible."""
    link_or_copy(landed_dir(home) / file_name, generation / file_name)


def put_in_force(home: Path, generation: Path) -> None:
    """Make a finished generation the one in force, in one step and durably; earlier ones go.

    A crash at any moment leaves either the old or the new one in force; the next run cleans up the rest.
    """
    landed = home / "landed"
    current = landed_dir(home)
    number = int(current.readlink().name) + 1 if current.is_symlink() else 1
    target = landed / f"{number:06d}"
    for path in [*generation.rglob("*"), generation]:
        sync(path)
    generation.rename(target)
    sync(landed)
    (landed / _NEXT).symlink_to(target.name)
    (landed / _NEXT).replace(current)
    sync(landed)
    clear(home)


def clear(home: Path) -> None:
    """Remove what a run that died left, and generations no longer in force."""
    landed, current = home / "landed", landed_dir(home)
    in_use = {_CURRENT, current.readlink().name} if current.is_symlink() else set()
    for path in landed.iterdir() if landed.is_dir() else ():
        if path.name.startswith(".") and (path.is_symlink() or path.is_file()):
            path.unlink(missing_ok=True)  # a sensor writes its hashes while nobody holds the home
        elif path.is_dir() and not path.is_symlink() and path.name not in in_use:
            shutil.rmtree(path)
