"""What a release says of its own making: `manifest.json` in its folder, written once, read by who compares.

A release follows from its inputs alone: from equal inputs as of the same month the same verdicts follow, on
any machine. The hash of the verdicts in the manifest is there to check that.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

import duckdb

from orchestration.common.files import hashes, sha256
from orchestration.common.sql import literal
from orchestration.errors import KnownFault
from orchestration.landing import LandedFile
from orchestration.language import _, in_english
from orchestration.publishing.release import Release, verdict_counts

MANIFEST = "manifest.json"


class ManifestUnreadable(KnownFault):
    """A release has no manifest, or one that this code cannot read; the message is a sentence."""


@dataclass(frozen=True)
class SnapshotUsed:
    """One export's snapshot as it was landed: its files by name, never by path."""

    export_name: str
    export_date: date
    rows_read: int
    rows_landed: int
    rows_rejected: int
    files: tuple[LandedFile, ...]
    codes_digest: str
    """Of the org and module codes that its rows were judged by; blank for the sample."""


@dataclass(frozen=True)
class Inputs:
    """All that the tables of a release follow from, its as-of month apart."""

    exports: tuple[SnapshotUsed, ...]
    reference_seeds: Mapping[str, str]
    """The sha256 of each reference seed, by its name."""
    code: Mapping[str, str]
    """A digest of the code in each folder of the checkout: dbt_project, orchestration, seeds."""
    packages: Mapping[str, str]
    """The version of each package that has a say in the tables, Python among them."""
    office_seeds: tuple[str, ...] | None = field(default=None, compare=False)
    """Which reference seeds are the office's own files, not the checkout's: the same content gives the same
    tables wherever it lies. None: an earlier version did not tell."""


@dataclass(frozen=True)
class Manifest:
    """A release, what it follows from, and what came of it."""

    release: Release
    inputs: Inputs
    commit: str | None
    """The checkout's git commit; None where it is no repository. What counts is `inputs.code`."""
    verdict_counts: Mapping[str, int]
    """Of the as-of month, by status, the most frequent first."""
    verdicts_sha256: str
    files: Mapping[str, str]
    """The sha256 of each file in the release's folder, this one apart, by its path in there."""
    warnings: tuple[str, ...] = ()
    """What tests of severity warn found: told again with each release of the same tables."""
    revised: tuple[str, ...] = ()
    """Which final verdicts are otherwise now, before, after, because of what: `quality.revised_verdicts`."""
    called_final_by: tuple[str, ...] = ()
    """The ids of earlier releases that called verdicts final which are here, but not final: the next release
    is held against them, too."""

    @classmethod
    def of(cls, release: Release, inputs: Inputs, commit: str | None, warehouse: Path, verdicts: str) -> Self:
        """Describe the release whose other files lie, complete, beside `warehouse`, its DuckDB file.

        `verdicts` is the hash of what was built: the table published is to have it, too.
        """
        folder = warehouse.parent
        files = hashes(folder, (path for path in folder.rglob("*") if path.is_file()))
        counts = verdict_counts(warehouse)
        return cls(release, inputs, commit, counts, verdicts, files)

    def renewed(self, release: Release, commit: str | None, warehouse: Path) -> Self:
        """Describe `release`, which has this one's tables and files, and says so in its file `warehouse`."""
        files = {**self.files, warehouse.name: sha256(warehouse)}
        return replace(self, release=release, commit=commit, files=files)

    def write(self, folder: Path) -> None:
        """Write it into the release's folder."""
        text = json.dumps(
            in_english(asdict(self)), ensure_ascii=False, indent=2, default=lambda day: day.isoformat()
        )
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest in a release's folder; raises ManifestUnreadable."""
    try:
        return _manifest(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ManifestUnreadable(
            _("{release} has no {file}").format(release=folder.name, file=MANIFEST)
        ) from None
    except OSError as error:
        raise ManifestUnreadable(
            _("{file} of {release} cannot be opened ({reason})").format(
                release=folder.name, file=MANIFEST, reason=error.strerror
            )
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ManifestUnreadable(
            _("{file} of {release} is damaged, or written by another version").format(
                release=folder.name, file=MANIFEST
            )
        ) from None


def _manifest(told: dict[str, Any]) -> Manifest:
    release, inputs = told["release"], told["inputs"]
    return Manifest(
        **told
        | {
            "release": Release(
                **release
                | {
                    "published_at": datetime.fromisoformat(release["published_at"]),
                    "as_of_month": date.fromisoformat(release["as_of_month"]),
                }
            ),
            "inputs": _inputs(inputs),
            "warnings": tuple(told.get("warnings", ())),
            "revised": tuple(told.get("revised", ())),
            "called_final_by": tuple(told.get("called_final_by", ())),
        }
    )


def _inputs(told: dict[str, Any]) -> Inputs:
    own: list[str] | None = told.get("office_seeds")
    exports = tuple(map(_snapshot, told["exports"]))
    return Inputs(**told | {"exports": exports, "office_seeds": None if own is None else tuple(own)})


def _snapshot(told: dict[str, Any]) -> SnapshotUsed:
    files = tuple(LandedFile(**file) for file in told["files"])
    export_date = date.fromisoformat(told["export_date"])
    return SnapshotUsed(**told | {"export_date": export_date, "files": files})


def verdicts_sha256(warehouse: Path) -> str:
    r"""Return the sha256 of `compliance.fct_verdicts`, which is the same for equal tables and for no others.

    It is taken over UTF-8 text: a line of column names, then the rows in the order of their text, lines
    parted by a newline, cells by a tab, null written as \N, everything else as DuckDB casts it to text.
    """
    with duckdb.connect(warehouse, read_only=True) as connection:
        columns = [row[0] for row in connection.execute("describe compliance.fct_verdicts").fetchall()]
        cells = ", ".join(f"coalesce(cast(\"{column}\" as varchar), '\\N')" for column in columns)
        header = literal("\t".join(columns))
        [(digest,)] = connection.execute(
            f"""
            select sha256(concat_ws(chr(10), {header}, string_agg(line, chr(10) order by line)))
            from (select concat_ws(chr(9), {cells}) as line from compliance.fct_verdicts)
            """
        ).fetchall()
    return digest
