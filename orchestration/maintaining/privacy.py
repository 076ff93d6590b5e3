"""Whether personal data stands where it must not: by the names of columns, and by what values look like.

Names of persons cannot be told by their look; that no column holds any is for the names of columns, for the
lineage (nothing is built from a personal column: landing drops them), and for tests with planted values.
Findings say where and how often, never what.
"""

import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.home import home_at

# GB 11643-1999: seventeen digits and a check character, weighed modulo 11.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"

# A digit beside would make it another number, a point before it a fraction, a letter a part of a digest.
_IDENTITY = re.compile(r"(?<![0-9A-Za-z.])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])1[3-9][0-9]{9}(?![0-9A-Za-z])")
_PERSONAL_NAME = re.compile(
    r"姓名|手机|电话|身份证|phone|mobile|id_?card|identity|id_?number|person_?name|full_?name", re.IGNORECASE
)


@dataclass(frozen=True, order=True)
class Finding:
    """Something personal, by its look: where it stands, what it is, how often."""

    where: str
    what: str
    count: int

    def __str__(self) -> str:
        return f"{self.where}: {self.count} × {self.what}"


def personal_numbers(text: str) -> list[str]:
    """Return what each personal number in `text` is: an identity number, by its checksum, or a mobile one."""
    identities = [match[0] for match in _IDENTITY.finditer(text) if _has_its_check_character(match[0])]
    return ["identity number"] * len(identities) + ["mobile number"] * len(_MOBILE.findall(text))


def check_character(seventeen_digits: str) -> str:
    """Return the eighteenth character of an identity number (GB 11643-1999)."""
    weighed = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, seventeen_digits, strict=True))
    return _CHECK_CHARACTERS[weighed % 11]


def is_personal_name(column: str) -> bool:
    """Whether a column is called like one of persons: their names, phones, identity numbers."""
    return bool(_PERSONAL_NAME.search(column))


def in_database(file: Path) -> list[Finding]:
    """Search every table of a DuckDB file: its columns' names, its texts and whole numbers."""
    with duckdb.connect(file, read_only=True) as connection:
        tables = connection.execute("""
            select schema_name || '.' || table_name, format('"{}"."{}"', schema_name, table_name)
            from duckdb_tables() where database_name = current_database() and not internal
        """).fetchall()
        return [
            each for name, source in tables for each in _in_table(connection, f"{file.name} {name}", source)
        ]


def in_parquet(file: Path) -> list[Finding]:
    """Search a Parquet file as `in_database` does a table."""
    with duckdb.connect() as connection:
        return list(_in_table(connection, file.name, f"'{str(file).replace(chr(39), chr(39) * 2)}'"))


def _in_table(connection: duckdb.DuckDBPyConnection, where: str, source: str) -> Iterator[Finding]:
    for column, data_type, *_ in connection.execute(f"describe from {source}").fetchall():
        if is_personal_name(column):
            yield Finding(f"{where}.{column}", "column called like a personal one", 1)
        if data_type in ("VARCHAR", "BIGINT", "HUGEINT") or data_type.startswith("ENUM"):
            text = f'cast("{column}" as varchar)'
            values = connection.execute(
                f"select distinct {text} from {source} where regexp_matches({text}, '[0-9]{{11}}')"
            ).fetchall()
            yield from _counted(f"{where}.{column}", (value for (value,) in values))


def in_home(root: Path) -> list[Finding]:
    """Search all that a home holds: databases, Parquet, and every other file as text; no refresh may run."""
    findings = []
    for file in sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink()):
        if file.suffix == ".duckdb":
            findings += in_database(file)
        elif file.suffix == ".parquet":
            findings += in_parquet(file)
        else:
            findings += _counted(str(file.relative_to(root)), texts(file))
    return findings


def texts(file: Path) -> list[str]:
    """Return what stands in a file, as text; of a workbook, what stands in each of its parts."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            contents = [archive.read(name) for name in archive.namelist()]
    else:
        contents = [file.read_bytes()]
    return [content.decode("utf-8", errors="replace") for content in contents]


def _has_its_check_character(number: str) -> bool:
    return check_character(number[:17]) == number[17].upper()


def _counted(where: str, texts: Iterable[str]) -> Iterator[Finding]:
    found = [what for text in texts for what in personal_numbers(text)]
    return (Finding(where, what, found.count(what)) for what in sorted(set(found)))


def main() -> int:
    """Search a home, the one named or the default; 1 if something personal was found."""
    findings = in_home(home_at(sys.argv[1] if len(sys.argv) > 1 else None).root)
    print(*findings, sep="\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
