"""The files that are measured are such as land, with all of their rows."""

from pathlib import Path

import pytest

from benchmarks import alone, office_files
from tests.landing.office import Office


@pytest.mark.parametrize("extension", office_files.FILES)
def test_what_is_written_lands_with_its_rows(extension: str, inbox: Path, tmp_path: Path) -> None:
    write, _ = office_files.FILES[extension]
    folder = tmp_path / "inbox"
    folder.mkdir()
    write(inbox / "注册用户_20230103.csv", folder / f"注册用户_20230103{extension}", 50)
    alone.land_alone(folder, tmp_path / "home")
    office = Office(folder, tmp_path / "home")
    assert len(office.rows("registered_users")) + len(office.rejected("row_number")) == 50
