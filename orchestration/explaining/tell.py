"""Releases told: all of them as a list, one by itself, two compared."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from orchestration.common import as_of
from orchestration.common.text_table import aligned
from orchestration.errors import UsageFault
from orchestration.explaining.attribution import CHINESE
from orchestration.explaining.difference import Difference
from orchestration.home import REFERENCE_SEEDS, Home
from orchestration.language import _, chinese, sequence
from orchestration.publishing import releases
from orchestration.publishing.bulletins import Issued, drafts_of, legible_issued
from orchestration.publishing.manifest import MANIFEST, Inputs, Manifest, ManifestUnreadable, read_manifest
from orchestration.publishing.release import Release
from orchestration.publishing.releases import WAREHOUSE, find, read_sound

LISTED = 20
"""How many releases fit on a screen."""


def listed(home: Home, *, every: bool) -> str:
    """List the releases, the newest first; without `every` no more than fit on a screen."""
    entries = _entries(home)
    if not entries:
        return releases.none_yet(home)
    shown = entries if every else entries[:LISTED]
    labels, in_force = _status_labels(), _id_in_force(home)
    header = ("", _("release id"), _("published"), _("as of"), _("sample"), *labels.values())
    lines = aligned([header, *(_row(name, manifest, labels, in_force) for name, manifest in shown)])
    faults = [str(manifest) for _name, manifest in shown if isinstance(manifest, ManifestUnreadable)]
    rest = len(entries) - len(shown)
    more = [_("… {rest} earlier ones, --all lists them all").format(rest=rest)] if rest else []
    return "\n".join([*lines, *more, *faults, _("* in force")])


def listed_as_json(home: Home) -> str:
    """List all releases for a program, the newest first: their manifests' first lines, or what is wrong."""
    in_force = _id_in_force(home)
    found = []
    for name, manifest in _entries(home):
        entry = {"release_id": name, "is_in_force": name == in_force}
        if isinstance(manifest, Manifest):
            release = manifest.release
            entry |= {
                "published_at": release.published_at.isoformat(),
                "as_of_month": release.as_of_month.isoformat(),
                "is_sample": release.is_sample,
                "verdict_counts": dict(manifest.verdict_counts),
                "verdicts_sha256": manifest.verdicts_sha256,
            }
        else:
            entry["fault"] = chinese(str(manifest))
        found.append(entry)
    return json.dumps(found, ensure_ascii=False, indent=2)


def told_alone(home: Home, asked: str) -> str:
    """Tell one release: what it follows from, and what came of it; raises UsageFault."""
    manifest = _manifest(find(home, asked))
    is_in_force = releases.in_force(home) == manifest.release
    return "\n".join([*_lines(manifest, is_in_force=is_in_force), *_documents(home, manifest.release)])


def as_json(home: Home, asked: str) -> str:
    """Return the manifest of one release as it stands, and which documents there are; raises UsageFault."""
    folder = find(home, asked)
    release = _manifest(folder).release
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    drafts = drafts_of(home, release)
    told["bulletins"] = {
        "drafts": str(drafts) if drafts else None,
        "issued": [asdict(each) for each in _issued(home, release)],
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=lambda day: day.isoformat())


def difference(home: Home, before: str, after: str) -> str:
    """Tell which verdicts two releases do not share, and which of their inputs is why; raises UsageFault."""
    folders = find(home, before), find(home, after)
    return between(*folders).told(f"{folders[0].name} → {folders[1].name}")


def between(before: Path, after: Path) -> Difference:
    """Compare the releases in two folders; raises UsageFault where one is damaged."""
    old, new = (_manifest(folder, whole=True) for folder in (before, after))
    return Difference.of(old, new, (before / WAREHOUSE, after / WAREHOUSE))


def _entries(home: Home) -> list[tuple[str, Manifest | ManifestUnreadable]]:
    """The releases by id, the newest first, each with its manifest or what is wrong with that."""
    found: list[tuple[str, Manifest | ManifestUnreadable]] = []
    for folder in releases.folders(home):
        try:
            found.append((folder.name, read_manifest(folder)))
        except ManifestUnreadable as fault:
            found.append((folder.name, fault))
    return found


def _id_in_force(home: Home) -> str | None:
    release = releases.in_force(home)
    return release.release_id if release else None


def _row(
    name: str, manifest: Manifest | ManifestUnreadable, labels: dict[str, str], in_force: str | None
) -> tuple[str, ...]:
    mark = "*" if name == in_force else ""
    if isinstance(manifest, ManifestUnreadable):
        return (mark, name, _("unreadable"), "", "", *[""] * len(labels))
    release = manifest.release
    counts = (str(manifest.verdict_counts.get(status, 0)) for status in labels)
    when = f"{release.published_at:%Y-%m-%d %H:%M}", f"{release.as_of_month:%Y-%m}"
    return (mark, name, *when, _("yes") if release.is_sample else _("no"), *counts)


def _status_labels() -> dict[str, str]:
    rows = as_of.rows(REFERENCE_SEEDS / "verdict_labels.csv")
    return {row["code"]: row["label"] for row in rows if row["kind"] == "status"}


def _manifest(folder: Path, *, whole: bool = False) -> Manifest:
    """The manifest of a release, `whole`: after a look at its files; raises UsageFault."""
    try:
        return read_sound(folder) if whole else read_manifest(folder)
    except ManifestUnreadable as fault:
        raise UsageFault(_("{fault}: gonghui releases list shows others").format(fault=fault)) from None


def _lines(manifest: Manifest, *, is_in_force: bool) -> Iterator[str]:
    release, inputs = manifest.release, manifest.inputs
    said = _("release: {release} (in force)") if is_in_force else _("release: {release}")
    yield said.format(release=release.release_id)
    yield _("published: {time:%Y-%m-%d %H:%M:%S} (Beijing time)").format(time=release.published_at)
    as_of_month = (
        _("as-of month: {month:%Y-%m}, sample data") if release.is_sample else _("as-of month: {month:%Y-%m}")
    )
    yield as_of_month.format(month=release.as_of_month)
    yield _("code: commit {commit}").format(commit=manifest.commit or _("unknown"))
    yield from (f"  {line}" for line in aligned([*inputs.code.items()]))
    packages = (f"{name} {version}" for name, version in inputs.packages.items())
    yield _("packages: {packages}").format(packages=sequence(packages))
    yield ""
    yield _("data:")
    header = (_("export"), _("snapshot of"), _("read"), _("landed"), _("refused"), _("file"), "sha256")
    rows: list[tuple[str, ...]] = [header]
    for export in inputs.exports:
        counts = map(str, (export.rows_read, export.rows_landed, export.rows_rejected))
        first = (
            f"{CHINESE[export.export_name]} {export.export_name}",
            export.export_date.isoformat(),
            *counts,
        )
        for file in export.files:
            rows.append((*first, file.name, file.sha256))
            first = ("",) * len(first)
    yield from (f"  {line}" for line in aligned(rows))
    yield _("reference seeds:")
    yield from (f"  {line}" for line in aligned([*_seeds(inputs)]))
    yield _("files:")
    yield from (f"  {line}" for line in aligned([*manifest.files.items()]))
    yield ""
    labels = _status_labels()
    told = (f"{labels[status]} {status} {count}" for status, count in manifest.verdict_counts.items())
    yield _("verdicts: {counts}").format(counts=sequence(told))
    yield _("verdicts' digest: {sha256}").format(sha256=manifest.verdicts_sha256)


def _documents(home: Home, release: Release) -> Iterator[str]:
    """Where its documents lie, drafts and issued ones."""
    drafts = drafts_of(home, release)
    none = _("none, gonghui bulletin --release {release} writes them").format(release=release.release_id)
    yield _("drafts: {folder}").format(folder=drafts or none)
    for each in _issued(home, release):
        said = (
            _("issued: {number} ({day}, corrects {corrected})")
            if each.corrects
            else _("issued: {number} ({day})")
        )
        yield said.format(number=each.number, day=each.issued_on, corrected=each.corrects)


def _issued(home: Home, release: Release) -> list[Issued]:
    """What was issued of it, as far as that can be read: `gonghui status` tells of the rest."""
    return [each for each in legible_issued(home) if each.release_id == release.release_id]


def _seeds(inputs: Inputs) -> Iterator[tuple[str, ...]]:
    """Each reference seed: its name, whose file it is where that is known, its sha256."""
    for name, digest in inputs.reference_seeds.items():
        if inputs.office_seeds is None:
            yield name, digest
        else:
            yield name, _("the office's") if name in inputs.office_seeds else _("shipped"), digest
