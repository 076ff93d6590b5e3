"""What docs/connect.md says of connecting holds: its Python and SQL run, the format is the one it names."""

import re
import struct
from pathlib import Path

import duckdb
import pytest

from orchestration.home import CHECKOUT
from orchestration.publishing.parquet import write_parquet
from tests.publishing.small import RELEASE

PAGES = {name: (CHECKOUT / "docs" / name).read_text("utf-8") for name in ("connect.md", "connect.zh-CN.md")}


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGES[page], re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, published_once: Path) -> Path:
    """A home with one release."""
    home = tmp_path_factory.mktemp("home")
    folder = home / "releases" / RELEASE.release_id
    folder.mkdir(parents=True)
    (home / "warehouse").mkdir()
    (home / "warehouse" / "gonghui.duckdb").hardlink_to(published_once)
    write_parquet(published_once, folder)
    return home


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("number", range(3))
def test_its_python_runs_and_returns_rows(home: Path, page: str, number: int) -> None:
    said = blocks(page, "python")
    assert len(said) == 3
    names: dict[str, object] = {}
    exec(said[number].replace("/data/gonghui", str(home)), names)
    [rows] = [names[name] for name in ("verdicts", "orgs") if name in names]
    assert len(rows) > 0


@pytest.mark.parametrize("page", PAGES)
def test_its_sql_runs_and_returns_rows(home: Path, page: str) -> None:
    [attach, discover] = blocks(page, "sql")
    with duckdb.connect() as connection:
        connection.execute(attach.replace("/data/gonghui", str(home)))
        connection.execute("use gonghui")
        statements = discover.split(";")[:-1]
        assert statements
        for statement in statements:
            assert connection.execute(statement).fetchall() != [], statement


def test_both_pages_name_the_same_tools_and_versions() -> None:
    versions = {name: sorted(re.findall(r"\b\d+\.\d+(?:\.\d+)*\b", text)) for name, text in PAGES.items()}
    headings = {name: len(re.findall("^## ", text, re.MULTILINE)) for name, text in PAGES.items()}
    assert versions["connect.md"] == versions["connect.zh-CN.md"]
    assert headings["connect.md"] == headings["connect.zh-CN.md"]


def test_the_file_is_in_the_storage_format_that_the_drivers_named_can_read(published_once: Path) -> None:
    magic, version = struct.unpack("<8x4sQ", published_once.read_bytes()[:20])
    assert (magic, version) == (b"DUCK", 64)
    assert [name for name, text in PAGES.items() if "64" not in text] == []
