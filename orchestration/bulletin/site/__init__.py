"""The static site: pages that open from the file system, out of one published file alone (contract §6)."""

from pathlib import Path
from shutil import copyfile

import duckdb

from orchestration.bulletin.site.pages import pages
from orchestration.bulletin.site.published import read

INDEX = "index.html"
_ASSETS = Path(__file__).parent / "assets"


def write(published: Path, into: Path) -> Path:
    """Write the site of the DuckDB file `published`, which stays as it is, into the folder `into`.

    `into` is made, and is to hold nothing else: the caller swaps it in whole. Returns its first page. The
    same file makes the same bytes. Raises duckdb.Error where the file cannot be read or lacks a table or
    column of today's, OSError where `into` cannot be written.
    """
    with duckdb.connect(published, read_only=True) as connection:
        content = read(connection)
    for name, text in pages(content):
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    for asset in _ASSETS.iterdir():
        copyfile(asset, into / asset.name)
    return into / INDEX
