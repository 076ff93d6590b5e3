"""Opens a workbook on trial, in a process of its own that may take only so much memory.

A file of a kilobyte can hold a sheet of 17 billion places, or one long text a million times; calamine then
aborts its process. It is run as a script that imports nothing of the project: it starts in a twentieth of a
second.
"""

import resource
import subprocess
import sys
from io import BytesIO
from pathlib import Path

_LACKED_MEMORY = 3


def fits(source: Path | BytesIO, most_bytes: int) -> bool:
    """Whether calamine can read every visible sheet of a workbook with so much memory.

    True, too, for what it cannot read at all: opening it will tell.
    """
    import python_calamine

    library = Path(python_calamine.__file__).parent.parent
    named = [str(source)] if isinstance(source, Path) else []
    tried = subprocess.run(
        [sys.executable, "-I", "-S", __file__, str(library), str(most_bytes), *named],
        input=b"" if isinstance(source, Path) else source.getbuffer(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return 0 <= tried.returncode != _LACKED_MEMORY


def _try(library: str, most_bytes: int, path: str | None) -> int:
    sys.path.append(library)
    import python_calamine

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + most_bytes
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        book = python_calamine.load_workbook(path or BytesIO(sys.stdin.buffer.read()))
        for sheet in book.sheets_metadata:
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible:
                book.get_sheet_by_name(sheet.name)
    except MemoryError:
        return _LACKED_MEMORY
    except BaseException:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(_try(sys.argv[1], int(sys.argv[2]), *sys.argv[3:] or [None]))
