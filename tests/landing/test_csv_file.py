"""A text file, read into judged rows: by DuckDB where it is plain, else in Python, to the same effect."""

import logging
import os
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.common.watcher import Progress, Reading
from orchestration.landing import csv_file
from orchestration.landing.bench import Bench, Form, Part, clear, open_bench
from orchestration.landing.csv_file import read_csv
from orchestration.landing.encodings import Encoding
from orchestration.landing.inbox import InboxFile
from orchestration.landing.outcome import FileRefused
from tests.landing.office import CODES, EXPORTS

HEADER = "稿件ID,机构编码,频道,标题,发布时间,撤稿时间\n"
ROW = "K1,A1,省级频道,某稿,2020-03-05,\n"
ARTICLES = EXPORTS["articles"]


class Passes(Reading):
    """Counts the passes over a file."""

    count = 0

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def passes(self, told: Callable[[], Progress]) -> None:
        """Count it."""
        self.count += 1
        super().passes(told)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    (tmp_path / "scratch").mkdir()
    opened = open_bench(tmp_path / "scratch", CODES, [])
    clear(opened, ARTICLES)
    with opened.con:
        yield opened


def inbox_file(path: Path, text: str, encoding: str = "utf-8") -> InboxFile:
    path.write_bytes(text.encode(encoding))
    return InboxFile(path, ARTICLES, date(2021, 3, 2), "csv")


def judged(bench: Bench) -> list[tuple[Any, ...]]:
    rows = bench.con.execute("SELECT refusal, article_id, title FROM snapshot ORDER BY rowid").fetchall()
    return [(key, title) if refusal is None else refusal for refusal, key, title in rows]


PLAIN = {
    "plain": HEADER + ROW,
    "without rows": HEADER,
    "a header of another width": HEADER.replace("撤稿时间", "撤稿时间,,备注") + ROW,
    "under a title": f"信息发布\n{HEADER}{ROW}",
    "with a byte order mark": f"\ufeff{HEADER}{ROW}",
    "two cells more": HEADER + ROW.replace("\n", ",,-\n"),
    "short rows": HEADER + ROW.replace(",\n", "\n"),
    "quotes": HEADER + ROW.replace("某稿", '"某""稿"').replace("K1", '"K1"'),
}


@pytest.mark.parametrize("case", PLAIN)
def test_duckdb_reads_a_plain_file(
    bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture, case: str
) -> None:
    file, reading = inbox_file(tmp_path / "x.csv", PLAIN[case]), Passes()
    with caplog.at_level(logging.INFO, "gonghui_detail"):
        read = read_csv(bench, file, reading)
    content = file.path.read_bytes()
    assert (read.file.sha256, read.file.size_bytes) == (sha256(content).hexdigest(), len(content))
    assert (read.form, read.notices) == (Form("text", Encoding("utf-8"), ","), ())
    [part] = read.parts
    assert part == Part("x.csv", None, 0 if case == "without rows" else 1, part.header)
    titles = {"without rows": [], "quotes": [("K1", '某"稿')]}.get(case, [("K1", "某稿")])
    assert judged(bench) == titles
    assert (caplog.records, reading.count) == ([], 1)


UNUSUAL = {
    "a newline in quotes": (HEADER + ROW.replace("某稿", '"某\n稿"'), "strict reader declines it"),
    "text behind quotes": (HEADER.replace("\n", "\r\n") + ROW.replace("某稿", 'a "某稿'), "rows are not"),
    "spaces before quotes": (HEADER + ROW.replace("某稿", ' "某稿"'), "its rows are not its lines"),
    "an empty line": (f"{HEADER}\n{ROW}", "its rows are not its lines"),
    "three cells more": (HEADER + ROW.replace("\n", ",,,x\n"), "strict reader declines it"),
}


@pytest.mark.parametrize("case", UNUSUAL)
def test_python_reads_a_file_that_duckdb_would_read_otherwise(
    bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture, case: str
) -> None:
    text, why = UNUSUAL[case]
    with caplog.at_level(logging.INFO, "gonghui_detail"):
        read_csv(bench, inbox_file(tmp_path / "x.csv", text), Reading())
    [said] = [record.getMessage() for record in caplog.records]
    assert said.startswith("x.csv: ") and said.endswith(", so Python reads it") and why in said
    assert "某" not in said
    assert {
        "a newline in quotes": [("K1", "某\n稿")],
        "text behind quotes": [("K1", 'a "某稿')],
        "spaces before quotes": [("K1", '"某稿"')],
        "an empty line": ["", ("K1", "某稿")],
        "three cells more": ["bad_format\t"],
    }[case] == judged(bench)


def test_a_file_of_another_encoding_tells_its_rows_and_its_form(bench: Bench, tmp_path: Path) -> None:
    rows = "".join(ROW.replace("K1", f"K{number}") for number in range(5))
    reading = Passes()
    read = read_csv(
        bench, inbox_file(tmp_path / "x.csv", (HEADER + rows).replace(",", ";"), "gb18030"), reading
    )
    assert read.form == Form("text", Encoding("gb18030"), ";")
    assert judged(bench) == [(f"K{number}", "某稿") for number in range(5)]
    assert (reading.so_far(), reading.count) == (Progress(5 / 6, 5), 1)


def test_bytes_that_no_character_has_are_bad_where_there_are_few(bench: Bench, tmp_path: Path) -> None:
    file = inbox_file(tmp_path / "x.csv", HEADER + ROW + ROW.replace("某稿", "x" * 2000))
    file.path.write_bytes(file.path.read_bytes().replace(b"xx", b"\xffx", 1))
    assert read_csv(bench, file, Reading()).form.encoding == Encoding("utf-8", damaged=True)
    assert judged(bench) == [("K1", "某稿"), "bad_format\ttitle"]


def test_python_opens_a_file_by_a_name_that_is_not_utf_8(bench: Bench, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv"))
    read_csv(bench, inbox_file(path, HEADER + ROW), Reading())
    assert judged(bench) == [("K1", "某稿")]


def test_a_file_without_a_header_is_refused(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"^missing_columns"):
        read_csv(bench, inbox_file(tmp_path / "x.csv", ROW), Reading())


@pytest.mark.parametrize("raised", [duckdb.OutOfMemoryException("full"), duckdb.IOException("full")])
def test_what_is_not_of_the_text_is_no_reason_to_read_it_again(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: duckdb.Error
) -> None:
    def fails(*_: object) -> int:
        raise raised

    monkeypatch.setattr(csv_file, "judge", fails)
    reading = Passes()
    with pytest.raises(type(raised), match="full"):
        read_csv(bench, inbox_file(tmp_path / "x.csv", HEADER + ROW), reading)
    assert reading.count == 1
