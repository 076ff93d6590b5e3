"""From a line of compiled SQL back to the line of the model or macro that it was written in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from tests.mutation.project import Macro, Node

CALL = re.compile(r"{{-?\s*(\w+)\(")
PLACEHOLDER = re.compile(r"{[{%].*?[%}]}")


@dataclass(frozen=True)
class Source:
    """A line as written; `call` is the model's line that calls its macro (or the line itself)."""

    file: str
    line: int
    call: int
    pattern: re.Pattern[str]
    text: str

    @property
    def is_macro(self) -> bool:
        """Whether the line stands in a macro."""
        return "/macros/" in self.file


def trace(node: Node, macros: dict[str, Macro]) -> dict[int, Source]:
    """For every line of the node's compiled SQL the line that it comes from.

    Compiled lines follow the written ones, but a loop writes some again and a call may add some: each time
    the longest run of written lines that fits is taken, the nearest ahead first.
    """
    written = _written(node, macros)
    compiled = [(n, text.strip()) for n, text in enumerate(node.sql.splitlines(), 1) if text.strip()]
    traced: dict[int, Source] = {}
    position = start = 0
    while position < len(compiled):
        candidates = [*range(start, len(written)), *range(start)]
        start = max(candidates, key=lambda n: _run(compiled[position:], written[n:]))
        length = _run(compiled[position:], written[start:])
        for (number, _), source in zip(
            compiled[position:], written[start : start + max(length, 1)], strict=False
        ):
            traced[number] = source
        position, start = position + max(length, 1), min(start + length, len(written) - 1)
    return traced


def _run(compiled: list[tuple[int, str]], written: list[Source]) -> int:
    """How many lines fit one after the other."""
    fitting = (source.pattern.fullmatch(text) for (_, text), source in zip(compiled, written, strict=False))
    return sum(1 for _ in takewhile(bool, fitting))


def _written(node: Node, macros: dict[str, Macro]) -> list[Source]:
    lines: list[Source] = []
    for number, line in _whole(enumerate(node.raw_code.splitlines(), 1)):
        call = CALL.search(line)
        macro = macros.get(call.group(1)) if call else None
        if macro and (len(macro.lines) > 1 or not PLACEHOLDER.sub("", line).strip(" ,")):
            lines += _expanded(node, number, line, macro)
        elif PLACEHOLDER.sub("", line).strip():
            lines.append(Source(node.file, number, number, _pattern(line), line))
    return lines


def _whole(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines, a call that is written over several of them in one, by the number of its first."""
    first, begun = 0, ""
    for number, line in lines:
        first = first if begun else number
        begun = f"{begun} {line.strip()}" if begun else line
        if begun.count("{{") <= begun.count("}}"):
            yield first, begun
            begun = ""
    if begun:
        yield first, begun


def _expanded(node: Node, number: int, line: str, macro: Macro) -> list[Source]:
    # What stands before the call is on the macro's first line, what stands after it on the last.
    before, after = PLACEHOLDER.split(line, maxsplit=1)
    lines = [*_whole(macro.lines)]
    last = lines[-1][0]
    return [
        Source(
            macro.file,
            n,
            number,
            _pattern((before if n == lines[0][0] else "") + text.strip() + (after if n == last else "")),
            text,
        )
        for n, text in lines
    ]


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in PLACEHOLDER.split(line.strip())))
