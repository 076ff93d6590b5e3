"""One landing from end to end: what is new is checked, and lands whole or not at all (contract §1, §2)."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import duckdb

from orchestration.common import engine_faults
from orchestration.common.watcher import Watcher
from orchestration.landing.bench import Bench, open_bench
from orchestration.landing.exports import RAW_EXPORTS, Export
from orchestration.landing.hashes import Hashes
from orchestration.landing.home import (
    carry_over,
    damaged,
    in_force,
    landed_dir,
    provinces,
    put_in_force,
    refuse_gathered,
    settle,
    workspace,
    write_manifest,
)
from orchestration.landing.inbox import Inbox, InboxSnapshot, display_name, read_inbox, without_copies
from orchestration.landing.lists import (
    REJECTED,
    UNKNOWN,
    are_in,
    carry_lists_over,
    open_lists,
    write_lists,
)
from orchestration.landing.outcome import (
    WAIVERS,
    Fault,
    InputRefused,
    KnownCodes,
    LandedSnapshot,
    LandingFailed,
    LandingResult,
    Notice,
)
from orchestration.landing.snapshot import (
    CheckedSnapshot,
    Refused,
    check_snapshot,
    keys_lost,
    list_refused,
    list_unknown,
    write_empty,
    write_landed,
)
from orchestration.landing.spellings import spelled
from orchestration.language import N_, _, listing

NOBODY = Watcher()
_EXPORTS = {export.name: export for export in RAW_EXPORTS}

# Where less than a twelfth is lost of the keys whose hash 16 divides, less than a tenth is lost of all: of so
# many keys twenty standard deviations lie between.
_LARGE, _ONE_IN, _SURELY_FEW = 2_000_000, 16, 1 / 12


def land(
    inbox: Path | None,
    home: Path,
    codes: KnownCodes,
    accept: frozenset[str] = frozenset(),
    watcher: Watcher = NOBODY,
    begins: Callable[[], object] = lambda: None,
) -> LandingResult:
    """Land what is new in the inbox (contract §2); without an inbox, tell what is in force.

    `accept` holds the faults waived for this run, from {'too_many_rejects', 'shrunk'}; `watcher` is told of
    each file and export, `begins` called once something is due. The caller holds the home. Raises
    InputRefused with all faults, InboxNotFound, ValueError for an unknown waiver, LandingFailed; then, as
    after a crash, what was in force stays in force. What is damaged is landed anew, or fails the run.
    """
    if unknown := accept - WAIVERS:
        raise ValueError(
            f"cannot accept {', '.join(sorted(unknown))}: only {', '.join(sorted(WAIVERS))} can be waived"
        )
    if inbox:
        refuse_gathered(home)
    found = read_inbox(inbox, spelled(codes))
    before = in_force(home)
    hashes = Hashes(home)
    due, judged_anew, notices = choose(found, before, codes, hashes)
    if due:
        begins()
    lost = damaged(home)
    if lost and provinces(home):
        raise LandingFailed(
            _("{names} in the home is missing or damaged: gonghui gather anew").format(
                names=listing(sorted(lost))
            )
        )
    if lost:
        before = _sound(before, lost, found)
        due, judged_anew, notices = choose(found, before, codes, hashes)
    hashes.remember()
    if not due and not lost and not found.faults and not _is_older(home):
        return LandingResult(before, (), (*map(str, notices), *_stale_codes(before, codes, home)))
    if found.faults and not due:
        raise InputRefused(_by_file(found.faults))
    with workspace(home) as work:
        landing = _Landing(home, before, judged_anew, accept, watcher, faults=list(found.faults))
        with _hashed_by_landing(due, hashes, landing):
            _land_all(landing, work, due, codes)
    after = {**before, **landing.landed}
    ordered = {name: after[name] for name in _EXPORTS if name in after}
    told = (*map(str, [*notices, *landing.notices]), *_stale_codes(ordered, codes, home))
    return LandingResult(ordered, tuple(landing.landed), told)


def _is_older(home: Path) -> bool:
    """Whether an earlier version landed what is in force: without a list that the build reads."""
    return landed_dir(home).is_symlink() and not are_in(landed_dir(home))


def due(inbox: Path | None, home: Path, codes: KnownCodes) -> list[InboxSnapshot]:
    """The snapshots of an inbox that `land` would land even with the same codes; raises InboxNotFound."""
    before = in_force(home)
    snapshots, hashes = read_inbox(inbox, spelled(codes)).snapshots, Hashes(home)
    new = []
    for name, found in snapshots.items():
        each, _copies = without_copies(found, hashes)
        if name not in before or _is_new(each, before[name], hashes):
            new.append(each)
    hashes.remember()
    return new


@contextmanager
def _hashed_by_landing(due: list[InboxSnapshot], hashes: Hashes, landing: "_Landing") -> Iterator[None]:
    """Remember the sha256 that landing takes of each file, so that the next run need not read it for that."""
    for snapshot in due:
        for file in snapshot.files:
            with suppress(OSError):  # it will be refused as unreadable
                hashes.begins(file.path)
    yield
    for snapshot in due:
        for file, landed in zip(snapshot.files, landing.landed[snapshot.export.name].files, strict=True):
            with suppress(OSError):
                hashes.ended(file.path, landed.sha256)
    hashes.remember()


@dataclass
class _Landing:
    """What a run has learnt so far."""

    home: Path
    before: dict[str, LandedSnapshot]
    judged_anew: frozenset[str]
    accept: frozenset[str]
    watcher: Watcher
    faults: list[Fault]
    notices: list[Notice] = field(default_factory=list)
    landed: dict[str, LandedSnapshot] = field(default_factory=dict)
    settled: dict[str, Future[str]] = field(default_factory=dict)
    """The sha256 of each Parquet file written, by name, once that is on the disk."""


def _sound(
    before: dict[str, LandedSnapshot], lost: frozenset[str], found: Inbox
) -> dict[str, LandedSnapshot]:
    """The snapshots in force but for those with damage; raises LandingFailed where the inbox has no other."""
    broken = set(before) if lost & {REJECTED, UNKNOWN} else set(before) & lost
    wanted = []
    for name in sorted(broken):
        landed, snapshot = before[name], found.snapshots.get(name)
        if snapshot is None or snapshot.export_date < landed.export_date:
            files = listing(file.name for file in landed.files)
            wanted.append(
                _("  {export} of {day}: {files}, or newer ones").format(
                    export=_EXPORTS[name].chinese, day=landed.export_date, files=files
                )
            )
    if wanted:
        names = listing(f"{name}.parquet" for name in sorted(lost))
        raise LandingFailed(
            _("{names} in the home is missing or damaged: put in the inbox, and refresh").format(names=names),
            *wanted,
        )
    return {name: snapshot for name, snapshot in before.items() if name not in broken}


def choose(
    found: Inbox, before: dict[str, LandedSnapshot], codes: KnownCodes, hashes: Hashes
) -> tuple[list[InboxSnapshot], frozenset[str], list[Notice]]:
    """The snapshots to land, which of them only for new codes, and notices of those that are older.

    Where the office adds an org, the rows refused for its code land from the same files.
    """
    due: list[InboxSnapshot] = []
    judged_anew: set[str] = set()
    notices = list(found.notices)
    for name in _EXPORTS:
        snapshot, landed = found.snapshots.get(name), before.get(name)
        if snapshot is None:
            continue
        if landed is None or snapshot.export_date >= landed.export_date:
            snapshot, copies = without_copies(snapshot, hashes)
            notices += copies
        if landed is None or _is_new(snapshot, landed, hashes):
            due.append(snapshot)
        elif snapshot.export_date < landed.export_date:
            day = landed.export_date.isoformat()
            notices += [Notice(file.name, "older_than_landed", day) for file in snapshot.files]
        elif landed.codes_digest != codes.digest:
            due.append(snapshot)
            judged_anew.add(name)
    return due, frozenset(judged_anew), notices


def _is_new(snapshot: InboxSnapshot, landed: LandedSnapshot, hashes: Hashes) -> bool:
    if snapshot.export_date != landed.export_date:
        return snapshot.export_date > landed.export_date
    return not _same_files(snapshot, landed, hashes)


def _same_files(snapshot: InboxSnapshot, landed: LandedSnapshot, hashes: Hashes) -> bool:
    try:
        if {file.path.stat().st_size for file in snapshot.files} != {
            file.size_bytes for file in landed.files
        }:
            return False
        return sorted(hashes.of(file.path) for file in snapshot.files) == landed.fingerprint
    except OSError:
        return False  # it will be refused as unreadable


def _stale_codes(snapshots: dict[str, LandedSnapshot], codes: KnownCodes, home: Path) -> list[str]:
    stale = [
        _EXPORTS[name].chinese for name, landed in snapshots.items() if landed.codes_digest != codes.digest
    ]
    if not stale:
        return []
    told = _(
        "the org or module codes have changed since {exports} landed: put the same files in the "
        "inbox once more to have their rows judged by the new codes"
    )
    if provinces(home):
        told = _(
            "the org or module codes have changed since {exports} landed: refresh each province with the "
            "new ones, its files in its inbox, then gonghui gather anew"
        )
    return [told.format(exports="、".join(stale))]


def _by_file(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.file)


def _land_all(landing: _Landing, work: Path, due: list[InboxSnapshot], codes: KnownCodes) -> None:
    scratch, generation = work / "scratch", work / "generation"
    scratch.mkdir()
    generation.mkdir()
    bench = open_bench(scratch, codes, due)
    try:
        open_lists(bench.con)
        # An export's file is written out and hashed while the next one is read.
        with ThreadPoolExecutor(1) as beside:
            for snapshot in due:
                _land_one(landing, bench, snapshot, generation, beside)
        if landing.faults:
            raise InputRefused(_by_file(landing.faults))
        _complete(landing, bench, generation)
    except duckdb.Error as error:  # its text may quote a row
        raise LandingFailed(engine_faults.sentence(error)) from None
    finally:
        bench.con.close()
    put_in_force(landing.home, generation)


def _land_one(
    landing: _Landing, bench: Bench, snapshot: InboxSnapshot, generation: Path, beside: ThreadPoolExecutor
) -> None:
    export = snapshot.export
    began = monotonic()
    checked = check_snapshot(bench, snapshot, landing.watcher)
    if checked.faults:
        landing.faults += checked.faults
        return
    # Files that have landed before are not refused because the office changed its codes.
    accept = WAIVERS if export.name in landing.judged_anew else landing.accept
    before = landing.before.get(export.name)
    landing.faults += judge_snapshot(bench, snapshot, checked, before, landed_dir(landing.home), accept)
    landing.notices += checked.notices
    if landing.faults:  # nothing will land: only the other snapshots' faults are still of interest
        return
    landed, target = checked.landed, generation / f"{export.name}.parquet"
    with landing.watcher.writes(snapshot.label, landed.rows_read):
        write_landed(bench, export, target)
        landing.settled[target.name] = beside.submit(settle, target)
        list_refused(bench, checked, into=REJECTED)
        list_unknown(bench, export, into=UNKNOWN)
    landing.landed[export.name] = landed
    seconds = monotonic() - began
    landing.watcher.landed(_line(snapshot, landed, seconds), _told(landed, seconds))


def _told(landed: LandedSnapshot, seconds: float) -> dict[str, object]:
    return {
        "export": landed.export_name,
        "export_date": landed.export_date.isoformat(),
        "rows_read": landed.rows_read,
        "rows_landed": landed.rows_landed,
        "rows_rejected": landed.rows_rejected,
        "seconds": round(seconds, 3),
        "files": [file.name for file in landed.files],
    }


def _line(snapshot: InboxSnapshot, landed: LandedSnapshot, seconds: float) -> str:
    size = sum(file.size_bytes for file in landed.files)
    return _(
        "{snapshot}: {read} rows read, {landed} landed, {refused} refused; {size:,.1f} MB in "
        "{seconds:.1f} s, {speed:,.0f} rows/s; {files}"
    ).format(
        snapshot=snapshot.label,
        read=landed.rows_read,
        landed=landed.rows_landed,
        refused=landed.rows_rejected,
        size=size / 1e6,
        seconds=seconds,
        speed=landed.rows_read / seconds,
        files=listing(file.name for file in landed.files),
    )


def judge_snapshot(
    bench: Bench,
    snapshot: InboxSnapshot,
    checked: CheckedSnapshot,
    before: LandedSnapshot | None,
    folder: Path,
    accept: frozenset[str],
) -> list[Fault]:
    """The fault of a snapshot as a whole: too_many_rejects, else shrunk, unless waived.

    `before` is the one landed that it would replace, whose Parquet lies in `folder`.
    """
    new, export = checked.landed, snapshot.export
    if "too_many_rejects" not in accept and new.rows_rejected > 20 and 20 * new.rows_rejected > new.rows_read:
        reasons = listing((_told_refused(export, one, checked) for one in checked.refused), N_("; "))
        message = _("expected at most 5 % of its rows refused, or 20; {refused} of {read} are: {reasons}")
        told = message.format(refused=new.rows_rejected, read=new.rows_read, reasons=reasons)
        return [Fault("too_many_rejects", snapshot.label, told)]
    if "shrunk" in accept or not before:
        return []
    if 10 * new.rows_landed < 9 * before.rows_landed:
        message = _("expected at least 90 % of the {before} rows landed; would land {now}").format(
            before=before.rows_landed, now=new.rows_landed
        )
        return [Fault("shrunk", snapshot.label, message)]
    lost = _lost(bench, export, folder / f"{export.name}.parquet", before.rows_landed)
    if 10 * lost > before.rows_landed:
        keys = "、".join(column.header for column in export.keys)
        message = _(
            "expected at least 90 % of the {before} {keys} landed; {lost} of them lack: is it "
            "the whole, or what came since?"
        ).format(before=before.rows_landed, keys=keys, lost=lost)
        return [Fault("shrunk", snapshot.label, message)]
    return []


def _lost(bench: Bench, export: Export, before: Path, rows: int) -> int:
    """How many keys of the landed file `before` are lost; of a large one that loses few, about how many."""
    if rows >= _LARGE:
        about = _ONE_IN * keys_lost(bench, export, before, _ONE_IN)
        if about < _SURELY_FEW * rows:
            return about
    return keys_lost(bench, export, before)


def _told_refused(export: Export, refused: Refused, checked: CheckedSnapshot) -> str:
    """Tell a reason with its column, its count and the first rows, with their file where there are more."""
    where = f" {export.column(refused.column).header}" if refused.column else ""
    several = len(checked.parts) > 1
    rows: list[str] = [
        _("{row} of {file}").format(row=number, file=display_name(sheet or file)) if several else str(number)
        for file, sheet, number in refused.first
    ]
    rows += ["…"] if refused.rows > len(refused.first) else []
    return _("{count} {reason}{where} (row {rows})").format(
        count=refused.rows, reason=refused.reason, where=where, rows=listing(rows)
    )


def _complete(landing: _Landing, bench: Bench, generation: Path) -> None:
    """Add to a generation what this run did not land, and the lists over all snapshots in force."""
    in_force_now = {**landing.before, **landing.landed}
    for export in RAW_EXPORTS:
        target = generation / f"{export.name}.parquet"
        if export.name not in in_force_now:
            write_empty(bench, export, target)
        elif export.name not in landing.landed:
            carry_over(landing.home, target.name, generation)
    if landing.before:
        carry_lists_over(bench.con, landed_dir(landing.home), without=landing.landed)
    snapshots = [in_force_now[export.name] for export in RAW_EXPORTS if export.name in in_force_now]
    write_lists(bench.con, snapshots, generation)
    settled = {name: digest.result() for name, digest in landing.settled.items()}
    write_manifest(landing.home, generation, snapshots, settled)
