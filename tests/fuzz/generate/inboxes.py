"""Inboxes of an export or two, and second landings in the same home."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.fuzz.generate.books import book_files
from tests.fuzz.generate.draws import one_in, pick, up_to
from tests.fuzz.generate.tables import tables
from tests.fuzz.generate.texts import text_files
from tests.fuzz.oracle import File
from tests.fuzz.spec import SPECS, Spec
from tests.fuzz.world import DAY, REFERENCE, csv_file

_DATES = [
    "{0:%Y%m%d}",
    "{0:%Y%m%d}",
    "{0:%Y-%m-%d}",
    "{0.year}.{0.month}.{0.day}",
    "{0.year}年{0.month}月{0.day}日",
]
_AFTER = ["", "", "_1", "_2", " (1)", "（2）", "-副本", "备份", ".v2", "_全省"]
_WRONG = [
    "{name}.csv",
    "{name}_20210231.csv",
    "{name}_202103021.csv",
    "{name}__20210302.csv",
    "x{name}_20210302.csv",
]
_WRONG += ["{name}_20991231.csv", "{name}_20210302.pdf", "{name}_20210302", "{name}全省_20210302.csv"]
_PASSED = ["x.csv.crdownload", "{name}_20210302.csv.part", ".DS_Store", "~${name}_20210302.xlsx", "Thumbs.db"]
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x30, 0x3A)} | {ord("_"): ord("＿"), ord(" "): 0x3000}


@dataclass(frozen=True)
class Inbox:
    """Files by name, and what is waived."""

    files: dict[str, File]
    accept: frozenset[str] = frozenset()
    before: dict[str, File] = field(default_factory=dict)
    """What was landed first in the same home."""


@st.composite
def _names(draw: st.DrawFn, spec: Spec, extension: str) -> str:
    """A name that may be given to an export of that day, rarely of an older one."""
    called = [
        spec.chinese,
        *(each.spelling for each in REFERENCE.spellings if each.export == spec.name and not each.column),
    ]
    day = DAY - timedelta(days=one_in(draw, 15))
    name = pick(draw, called) + pick(draw, ["_", "_", "-", " ", ""])
    name += pick(draw, _DATES).format(day)
    if one_in(draw, 10):
        name = name.translate(_FULL_WIDTH)
    extension = extension.upper() if one_in(draw, 10) else extension
    return name + pick(draw, _AFTER) + extension


@st.composite
def inboxes(draw: st.DrawFn) -> Inbox:
    """An inbox of one export or two, of one file or two each."""
    files: dict[str, File] = {}
    for _ in range(pick(draw, [1, 1, 1, 2])):
        spec = pick(draw, [*SPECS.values()])
        for _ in range(pick(draw, [1, 1, 1, 2])):
            if up_to(draw, 2):
                extension = pick(draw, [".csv", ".csv", ".txt", ".tsv", ".xls"])
                file = draw(text_files(draw(tables(spec))))
            else:
                extension, file = draw(book_files(spec))
            files[draw(_names(spec, extension))] = file
            if one_in(draw, 40):
                files[draw(_names(spec, extension))] = file
            if one_in(draw, 40):
                files[pick(draw, _WRONG).format(name=spec.chinese)] = file
            if one_in(draw, 20):
                files[pick(draw, _PASSED).format(name=spec.chinese)] = file
    accept = pick(draw, [frozenset(), frozenset(), frozenset({"too_many_rejects"})])
    return Inbox(files, accept)


@st.composite
def second_landings(draw: st.DrawFn) -> Inbox:
    """A snapshot, and another of the same export with rows gone, new and wrong."""
    spec = pick(draw, [spec for spec in SPECS.values() if spec.columns[0].kind == "id"])
    key = spec.columns[0].name
    count = pick(draw, [0, 9, 10, 11, 20, 30])
    gone = pick(draw, [0, 0, 1, 2, 3, 4])
    new = pick(draw, [0, 0, 1, 2, 5])
    wrong = pick(draw, [0, 0, 1, 20, 21])
    rows = [{key: f"K{number}"} for number in range(count)]
    later = [*rows[gone:], *({key: f"N{number}"} for number in range(new))]
    later += [{key: f"K{number}", "org_code": "X"} for number in range(wrong)]
    day: date = DAY + timedelta(days=pick(draw, [-1, 0, 1, 1, 1]))
    waived = pick(draw, [(), (), ("shrunk",), ("too_many_rejects",), ("shrunk", "too_many_rejects")])
    return Inbox(
        {f"{spec.chinese}_{day:%Y%m%d}.csv": csv_file(spec.name, *later)},
        frozenset(waived),
        {f"{spec.chinese}_{DAY:%Y%m%d}.csv": csv_file(spec.name, *rows)},
    )
