"""Files that tell what they are, and are on the disk when that is said."""

import ctypes
import errno
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import file_digest
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")


def sha256(path: Path) -> str:
    """Return the sha256 of a file, as hex; raises OSError."""
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def hashes(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    """Return the sha256 of files that lie in `folder`, at whatever depth, by their path in there."""
    ordered = sorted(paths)
    digests = _side_by_side(sha256, ordered)
    return {path.relative_to(folder).as_posix(): each for path, each in zip(ordered, digests, strict=True)}


def changed(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Return which of `files`, by path in `folder` with their sha256, are gone or not what they were."""
    there = _side_by_side(_sha256_if_there, [folder / name for name in files])
    return [name for (name, was), now in zip(files.items(), there, strict=True) if now != was]


def _sha256_if_there(path: Path) -> str | None:
    try:
        return sha256(path) if path.is_file() else None
    except FileNotFoundError:  # somebody has just removed it
        return None


def _side_by_side(look: Callable[[Path], Found], paths: Iterable[Path]) -> list[Found]:
    """Look at each file, several at once: hashlib leaves Python to others meanwhile."""
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        return list(threads.map(look, paths))


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk; raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def seal(folder: Path) -> None:
    """Make the files in a folder read-only, and have them, and the names, on the disk; raises OSError."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_file():
            path.chmod(0o444)
        sync(path)


def link_or_copy(source: Path, target: Path) -> None:
    """Make `target` a hard link to `source`, or a copy with its rights where there can be no link."""
    try:
        target.hardlink_to(source)
    except OSError:  # another device, or a file system without links
        shutil.copy(source, target)


def exchange(one: Path, other: Path) -> None:
    """Have two folders of one file system change names, at once where it can; raises OSError.

    Whoever looks finds a whole folder under either name. A file system that cannot leaves nothing under the
    name of `other` for the time of a rename.
    """
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)  # glibc has it since 2.28
    names = os.fsencode(one), os.fsencode(other)
    if swap and swap(_AT_CWD, names[0], _AT_CWD, names[1], _EXCHANGE) == 0:
        return
    if swap and ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
    aside = one.with_name(f"{one.name}.aside")
    other.rename(aside)
    one.rename(other)
    aside.rename(one)


_AT_CWD, _EXCHANGE = -100, 2  # AT_FDCWD, RENAME_EXCHANGE


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Replace a file at once by `content`, dates as ISO has them; the folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, indent=2, default=lambda when: when.isoformat())
    temporary = path.with_name(f".{path.name}")
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(path)
