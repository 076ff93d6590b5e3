"""Whether what lies in an inbox has arrived: nobody writes to it any more.

How many parts a snapshot has is written nowhere. It is taken for complete once, from one look to the next,
no file has come, gone, grown or been touched, and no process of this machine has one of them open to write;
of a writer on another machine (a network share) only the first can be seen. Uploads under a name that begins
with a dot, renamed when done, are never seen half.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

_PROCESSES = Path("/proc")


def fingerprint(files: Iterable[Path]) -> str:
    """Return a digest of the files' names, sizes and times of change: whoever writes changes one of them."""
    digest = sha256()
    for file in sorted(files):
        try:
            stat = file.stat()
        except FileNotFoundError:  # gone since it was listed
            continue
        digest.update(f"{file.name}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()


def files_in(inbox: Path) -> list[Path]:
    """Return the files of an inbox that landing would look at, by name (contract §2)."""
    return [path for path in inbox.iterdir() if path.is_file() and not path.name.startswith((".", "~$"))]


def open_to_write(files: Iterable[Path]) -> list[Path]:
    """Return those of `files` that a process of this machine has open to write, as far as we may look."""
    by_address = {str(file.resolve()): file for file in files}
    written = (by_address[address] for address in _written() if address in by_address)
    return sorted(set(written))


def _written() -> Iterator[str]:
    """Yield the addresses of the files that any process which we may look into has open to write."""
    for process in _PROCESSES.iterdir():
        if not process.name.isdecimal():
            continue
        try:
            descriptors = list((process / "fd").iterdir())
        except OSError:  # another user's, or ended since
            continue
        for descriptor in descriptors:
            with suppress(OSError):  # closed since
                address = str(descriptor.readlink())
                # Pipes and sockets have no address; opening fdinfo costs more than reading the link.
                if address.startswith("/") and _writes(process / "fdinfo" / descriptor.name):
                    yield address


def _writes(descriptor: Path) -> bool:
    flags = next(line for line in descriptor.read_text().splitlines() if line.startswith("flags:"))
    return int(flags.split()[1], base=8) & os.O_ACCMODE != os.O_RDONLY
