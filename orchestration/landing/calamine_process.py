"""Reads a workbook with calamine in a process of its own, which may take only so much memory.

A file of a kilobyte can hold a sheet of 17 billion places, or one long text a million times; calamine then
aborts its process. It is run as a script that imports nothing of the project: it starts in a twentieth of a
second. calamine.py starts it, and says what it is told and what it tells.
"""

import gc
import marshal
import resource
import signal
import sys
from array import array
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from errno import ENOMEM
from io import BytesIO
from itertools import chain, islice, repeat
from operator import sub
from pathlib import Path
from typing import Any

_EPOCH = datetime(1970, 1, 1)
_MOMENTS = (datetime, date)
_AS_THEY_ARE = {str, float, int, *_MOMENTS}

_ROWS_AT_A_TIME = 5_000
LACKED_MEMORY = 3
_A_LITTLE = 64_000_000


def _tell(kind: str, what: Any = None) -> None:
    message = marshal.dumps((kind, what), 2)  # version 2 looks for no cell that it has seen before
    sys.stdout.buffer.write(len(message).to_bytes(8, "little"))
    sys.stdout.buffer.write(message)
    sys.stdout.buffer.flush()


def _asked() -> bytes:
    return sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(8), "little"))


def _limit(most_bytes: int) -> tuple[int, int]:
    """Let this process take so much more memory, or what it may; returns the limit, and what is left."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    has = pages * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = has + most_bytes if soft == resource.RLIM_INFINITY else min(has + most_bytes, soft)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return limit, limit - has


def _columns(rows: Iterator[list[Any]], width: int) -> Iterator[list[Any]]:
    while cells := list(chain.from_iterable(islice(rows, _ROWS_AT_A_TIME))):
        yield [_apart(cells[place::width]) for place in range(width)]


def _apart(column: list[Any]) -> tuple[list[Any], list[int], bytes]:
    """The texts and numbers of a column, where moments stand in it, and these as seconds since 1970."""
    types = list(map(type, column))
    present = set(types)
    for place in () if present <= _AS_THEY_ARE else range(len(column)):
        if types[place] not in _AS_THEY_ARE:
            column[place] = str(column[place])
    if present.isdisjoint(_MOMENTS):
        return column, [], b""
    places = [place for place, kind in enumerate(types) if kind in _MOMENTS]
    moments = [column[place] for place in places]
    if date in present:
        moments = [each if type(each) is datetime else datetime(*each.timetuple()[:3]) for each in moments]
    # Nothing of Python's own is run for each: that would take twice as long.
    seconds = array("d", map(timedelta.total_seconds, map(sub, moments, repeat(_EPOCH))))
    for place in places:
        column[place] = ""
    return column, places, seconds.tobytes()


def _serve(source: str | BytesIO, most_rows_above: int) -> None:
    import python_calamine as calamine

    book = calamine.load_workbook(source)
    sheets = [
        (
            sheet.name,
            sheet.typ == calamine.SheetTypeEnum.WorkSheet,
            sheet.visible == calamine.SheetVisibleEnum.Visible,
        )
        for sheet in book.sheets_metadata
    ]
    _tell("sheets", sheets)
    while asked := _asked():
        sheet = book.get_sheet_by_name(asked.removeprefix(b"sheet ").decode("utf-8", "surrogatepass"))
        rows = sheet.iter_rows()
        above = list(islice(rows, most_rows_above))
        column = sheet.start[1] if sheet.start else 0
        _tell("sheet", (sheet.height, column, [list(map(str, row)) for row in above]))
        if first := _asked():
            for columns in _columns(chain(above[int(first) :], rows), len(above[0])):
                _tell("rows", columns)
            _tell("end")
        del sheet, rows


def _read(most_bytes: int, most_rows_above: int, source: str, path: str) -> tuple[str, Any] | None:
    """Do what is asked until nobody asks; returns what became of it, if anything did."""
    import python_calamine as calamine

    limit = 0
    try:
        limit, left = _limit(most_bytes)
        _tell("limit", left)
        if source == "path":
            _serve(path, most_rows_above)
        else:
            _serve(BytesIO(_asked() if source == "pipe" else Path(path).read_bytes()), most_rows_above)
    except MemoryError:
        return "memory", None
    except calamine.CalamineError:
        return "damaged", None
    except BrokenPipeError:
        return None
    except OSError as error:
        return ("memory", None) if error.errno == ENOMEM else ("system", (error.errno, error.strerror))
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # calamine's, and no Exception; so ends a text, too,
            return ("memory", None) if _is_full(limit) else ("damaged", None)  # that there is no room for
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        return "failed", f"{type(error).__name__} in line {trace.tb_lineno if trace else 0}"
    return None


def _is_full(limit: int) -> bool:
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmPeak:")[2].split()[0]) * 1024 > limit - _A_LITTLE


def main() -> None:
    """Read the command line; serve, and tell how that ended."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # whoever reads may heed them: then we end
        signal.signal(each, signal.SIG_IGN)
    gc.disable()
    library, most_bytes, most_rows_above, source, path = sys.argv[1:]
    sys.path.append(library)
    try:
        ended = _read(int(most_bytes), int(most_rows_above), source, path)
        if ended is not None:
            _tell(*ended)
    except MemoryError:  # not enough even to tell
        sys.exit(LACKED_MEMORY)


if __name__ == "__main__":
    main()
