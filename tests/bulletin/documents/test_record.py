"""Each figure of a document is a cell of the published file, and the record beside it says which."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import duckdb
import pytest

from orchestration.bulletin.templates import SHIPPED
from tests.bulletin.documents.reading import MONTH, literals, place_of, texts

# 零 alone is no figure: it says what a list is of, those whose cell is 0.
NUMERAL = re.compile(r"[0-9０-９一二三四五六七八九十百千万亿两〇]+")

DOCUMENTS = (f"情况通报_{MONTH}", f"目标考核_{MONTH}", f"单位反馈单_{MONTH}")


def _fraction(value: object) -> Fraction:
    return Fraction(str(value))


def _plain(number: Fraction, places: int = 2) -> str:
    """Cut off towards zero, in thousands, without zeros at its end."""
    scaled = abs(number) * 10**places
    digits = scaled.numerator // scaled.denominator
    whole, rest = divmod(digits, 10**places)
    fraction = f"{rest:0{places}d}".rstrip("0")
    sign = "-" if number < 0 and digits else ""
    return sign + f"{whole:,}" + (f".{fraction}" if fraction else "")


def _wan(value: object) -> str:
    number = _fraction(value)
    return _plain(number) if abs(number) < 10_000 else f"{_plain(number / 10_000)}万"


def _day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def _month_end(value: date) -> str:
    following = date(value.year + value.month // 12, value.month % 12 + 1, 1)
    return _day(date.fromordinal(following.toordinal() - 1))


# A second writing of each form, from the contract's words: cut, never rounded.
FORMS: Mapping[str, Callable[..., str]] = {
    "text": str,
    "clause": lambda text: re.sub(r"^(第.+?条|[（(].+?[）)])\s*", "", text).replace(" ", "").rstrip("；。"),
    "count": lambda value: _plain(_fraction(value)),
    "wan": _wan,
    "size": lambda value: _plain(abs(_fraction(value))),
    "size_wan": lambda value: _wan(abs(_fraction(value))),
    "percent": lambda value: f"{_plain(_fraction(value) * 100)}%",
    "points": lambda value: _plain(abs(_fraction(value)) * 100),
    "rate": lambda value: _plain(_fraction(value), places=4),
    "per_thousand": lambda label, unit: (
        f"每千名{label[:-2]}" if label.endswith("人数") else f"每千{unit}{label}"
    ),
    "ratio": lambda above, below: _plain(Fraction(above, below)),
    "ratio_percent": lambda above, below: f"{_plain(Fraction(above, below) * 100)}%",
    "sum": lambda *values: _plain(Fraction(sum(value or 0 for value in values))),
    "day": _day,
    "month": lambda value: f"{value.year}年{value.month}月",
    "month_end": _month_end,
    "year": lambda value: f"{value.year}年",
}


def _entries(written: Path, name: str) -> list[dict[str, Any]]:
    record = json.loads((written / f"{name}.json").read_text(encoding="utf-8"))
    figures: list[dict[str, Any]] = record["figures"]
    return figures


def _condition(column: str, value: Any) -> str:
    if value is None:
        return f'"{column}" is null'
    values = value if isinstance(value, list) else [value]
    return f'cast("{column}" as varchar) in ({", ".join(_literal(each) for each in values)})'


def _literal(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return "'" + text.replace("'", "''") + "'"


class _Published:
    """The cells of the published file; each table is read once for each set of key columns."""

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self._connection = connection
        self._rows: dict[tuple[str, ...], dict[tuple[str, ...], list[dict[str, Any]]]] = {}

    def recomputed(self, table: str, key: Mapping[str, Any], columns: list[str], form: str) -> str:
        """What the cell says in the form, read from the published file."""
        if form == "rows":
            where = " and ".join(_condition(*each) for each in key.items()) or "true"
            [(rows,)] = self._connection.execute(f"select count(*) from {table} where {where}").fetchall()
            return f"{rows:,}"
        rows = self._by(table, tuple(key))[tuple(map(_spelled, key.values()))]
        assert len(rows) == 1, f"{table} has {len(rows)} rows where {key}"
        return FORMS[form](*(rows[0][column] for column in columns))

    def _by(self, table: str, columns: tuple[str, ...]) -> dict[tuple[str, ...], list[dict[str, Any]]]:
        if (table, *columns) not in self._rows:
            found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
            cursor = self._connection.execute(f"select * from {table}")
            names = [name for name, *_ in cursor.description]
            for values in cursor.fetchall():
                row = dict(zip(names, values, strict=True))
                found.setdefault(tuple(_spelled(row[column]) for column in columns), []).append(row)
            self._rows[table, *columns] = found
        return self._rows[table, *columns]


def _spelled(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_figure_recomputes_from_the_cell_that_the_record_names(
    name: str, written: Path, published: Path
) -> None:
    asked = {
        (json.dumps([entry["table"], entry["key"], entry["column"], entry["form"]]), entry["text"])
        for entry in _entries(written, name)
        if "table" in entry
    }
    with duckdb.connect(published, read_only=True) as connection:
        cells = _Published(connection)
        wrong = [
            f"{text}: {source}"
            for source, text in sorted(asked)
            if cells.recomputed(*json.loads(source)) != text
        ]
    assert len(asked) > 100
    assert wrong == []


def _pieces(text: str, spans: list[tuple[int, str]]) -> Iterator[str]:
    """The text between its figures."""
    last = 0
    for start, figure in sorted(spans):
        assert text[start : start + len(figure)] == figure, f"{figure} does not stand at {start} of {text}"
        yield text[last:start]
        last = start + len(figure)
    yield text[last:]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_number_of_a_document_goes_unrecorded(name: str, written: Path) -> None:
    """But for what the template says itself: there it stands in the same words."""
    own = "\0".join(literals(SHIPPED / f"{name.partition('_')[0]}.docx"))
    entries = _entries(written, name)
    figures: dict[str, dict[object, list[tuple[int, str]]]] = {}
    for entry in entries:
        places = figures.setdefault(entry.get("document", ""), {})
        places.setdefault(place_of(entry["place"]), []).append((entry["place"]["start"], entry["text"]))
    unrecorded = []
    for document, spans in figures.items():
        path = written / name / document if document else written / f"{name}.docx"
        for place, text in texts(docx.Document(str(path))).items():
            for piece in _pieces(text, spans.get(place, [])):
                for found in NUMERAL.finditer(piece):
                    around = piece[max(found.start() - 1, 0) : found.end() + 1]
                    if around not in own:
                        unrecorded.append(f"{path.name} {place}: {around} in {text}")
    assert entries
    assert unrecorded == []


def test_the_record_names_the_release(written: Path, published: Path) -> None:
    record = json.loads((written / f"{DOCUMENTS[0]}.json").read_text(encoding="utf-8"))
    with duckdb.connect(published, read_only=True) as connection:
        [(release_id,)] = connection.execute("select release_id from quality.release").fetchall()
    assert record["release"]["release_id"] == release_id
