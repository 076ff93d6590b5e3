"""`gonghui reference` and `what-if`, but for what is built: the office's folder begun, checked, refused."""

from pathlib import Path

import pytest

from orchestration.cli import main as cli
from orchestration.common.lock import hold
from orchestration.home import REFERENCE_SEEDS, Home
from orchestration.reference import ReferenceSeeds, told_of
from orchestration.reference.office import EDITED
from orchestration.refreshing import leftovers
from tests.commands import gonghui


def test_what_offices_edit_is_copied_and_is_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "of" / "the office"
    assert cli.main(["reference", "init", str(own)]) == 0
    *copied, what_to_do = capsys.readouterr().out.splitlines()
    assert copied == [f"copied {table.file}" for table in EDITED]
    assert what_to_do.startswith(f"edit them in {own}, delete those that stay as shipped")
    names = {path.name for path in own.iterdir()}
    assert names == {table.file for table in EDITED}
    assert {"organizations.csv", "thresholds.csv", "spellings.csv", "prescribed_quantities.csv"} <= names
    assert [
        name for name in names if (own / name).read_bytes() != (REFERENCE_SEEDS / name).read_bytes()
    ] == []
    assert told_of(ReferenceSeeds(own)) == ([], [])


def test_no_file_of_the_office_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thresholds.csv").write_text("mine", encoding="utf-8")
    assert cli.main(["reference", "init", str(tmp_path)]) == 0
    assert (tmp_path / "thresholds.csv").read_text(encoding="utf-8") == "mine"
    assert "thresholds.csv is there already, and stays as it is" in capsys.readouterr().out


def test_every_fault_and_warning_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = (REFERENCE_SEEDS / "thresholds.csv").read_text(encoding="utf-8")
    text = shipped.replace("9.7,2020,,10,", "9.7,2020,,12,").replace("9.2,2022,,0.9,", "9.2,2022,,90,")
    (tmp_path / "thresholds.csv").write_text(text, encoding="utf-8")
    (tmp_path / "guidence.csv").write_text("", encoding="utf-8")
    assert cli.main(["reference", "check", str(tmp_path)]) == 2
    said = capsys.readouterr()
    lines = {line.split(",")[0] + line.split(",")[1]: n for n, line in enumerate(shipped.splitlines(), 1)}
    strange, fault = said.err.splitlines()
    assert strange.startswith("guidence.csv:1: no reference seed has this name")
    assert fault.startswith(f"thresholds.csv:{lines['9.22022']}: threshold is '90'")
    assert f"warning: thresholds.csv:{lines['9.72020']}: threshold of 9.7, 2020 is '12'" in said.out
    assert said.out.splitlines()[-1] == (
        "2 faults, 2 warnings; the office's own: thresholds.csv; all else is the checkout's"
    )


def test_an_empty_folder_of_the_office_leaves_all_to_the_checkout(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["reference", "check", str(tmp_path)]) == 0
    told = "0 faults, 0 warnings; the office's own: none; all else is the checkout's\n"
    assert capsys.readouterr().out == told


def test_a_warning_alone_is_no_reason_to_refuse(tmp_path: Path) -> None:
    shipped = (REFERENCE_SEEDS / "thresholds.csv").read_text(encoding="utf-8")
    (tmp_path / "thresholds.csv").write_text(
        shipped.replace("9.7,2020,,10,", "9.7,2020,,12,"), encoding="utf-8"
    )
    assert cli.main(["reference", "check", str(tmp_path)]) == 0


@pytest.mark.parametrize("command", [["reference", "check"], ["what-if", "--reference"]])
def test_a_folder_that_is_not_there_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert cli.main([*command, str(tmp_path / "nowhere")]) == 2
    assert "no reference seeds at" in capsys.readouterr().err


def test_nothing_can_be_tried_where_nothing_ever_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    assert cli.main(["what-if", "--reference", str(tmp_path), "--home", str(home)]) == 2
    assert "run gonghui refresh first" in capsys.readouterr().err
    assert not home.exists()


@pytest.fixture
def published(tmp_path: Path) -> Home:
    """A home that has published something."""
    home = Home(tmp_path / "home")
    home.warehouse.mkdir(parents=True)
    home.published_file.touch()
    return home


def test_seeds_that_a_refresh_would_refuse_are_refused(
    tmp_path: Path, published: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "modules.csv").write_text("", encoding="utf-8")
    own = str(tmp_path / "own")
    assert cli.main(["what-if", "--reference", own, "--home", str(published.root)]) == 2
    assert "modules.csv:1: the header must have" in capsys.readouterr().err


def test_beside_a_refresh_at_work_nothing_is_tried(tmp_path: Path, published: Home) -> None:
    (tmp_path / "own").mkdir()
    with hold(published.lock_file):
        ran = gonghui("what-if", "--reference", tmp_path / "own", "--home", published.root)
    assert (ran.exit_code, "another refresh" in ran.stderr) == (3, True)


def test_a_refresh_clears_up_what_has_died_and_not_what_is_at_work(published: Home) -> None:
    for name in ("dead", "alive"):
        (published.root / f".what-if-{name}" / "build").mkdir(parents=True)
    with hold(Home(published.root / ".what-if-alive").lock_file):
        leftovers.clear(published)
        assert [path.name for path in published.root.glob(".what-if-*")] == [".what-if-alive"]
