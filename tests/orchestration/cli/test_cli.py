"""Exit codes and sentences of the command line (contract §1): an input fault is never a traceback."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.graph.serve import serve_command
from orchestration.home import CHECKOUT, REFERENCE_SEEDS, Home
from orchestration.operating import last_refresh
from orchestration.publishing import releases
from tests.checkouts import Seeds, copied_checkout
from tests.commands import Ran, gonghui


def test_an_inbox_without_exports_is_refused_and_the_sample_is_not_built(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    ran = gonghui("refresh", "--inbox", tmp_path / "inbox", "--home", tmp_path / "home")
    assert (ran.exit_code, "none was ever landed" in ran.stderr) == (2, True)
    assert not (tmp_path / "home" / "releases").exists()


def test_a_month_that_no_export_reaches_into_is_refused(tmp_path: Path) -> None:
    ran = gonghui("refresh", "--as-of", "2032-02", "--home", tmp_path)
    assert (ran.exit_code, "no export reaches into" in ran.stderr) == (2, True)


def test_a_file_of_the_office_that_is_no_reference_seed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "treshold.csv").write_text("a,b\n", encoding="utf-8")
    ran = gonghui("refresh", "--reference", tmp_path / "own", "--home", tmp_path / "home")
    assert (ran.exit_code, ran.stderr.startswith("treshold.csv:1: no reference seed")) == (2, True)


def test_faults_of_files_are_told_though_the_exports_cover_no_month_in_force(tmp_path: Path) -> None:
    inbox, home = tmp_path / "inbox", tmp_path / "home"
    inbox.mkdir()
    for name in ("工会干部_20200310.csv", "通讯录_20200310.csv"):
        (inbox / name).touch()
    ran = gonghui("refresh", "--inbox", inbox, "--home", home)
    told = ran.stderr.splitlines()
    assert ran.exit_code == 2
    assert [line.split("\t")[:2] for line in told if "\t" in line] == [
        ["unreadable", "工会干部_20200310.csv"],
        ["unknown_export", "通讯录_20200310.csv"],
    ]
    assert "lies before 2020-03" in told[-1]
    assert not (home / "landed").exists()


def test_a_refresh_goes_on_though_nobody_reads_what_it_says(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for stream in ("stdout", "stderr"):
        for log in ("human", "json"):
            assert unheard(stream, "refresh", "--home", tmp_path, "--log", log) == 0
            last = last_refresh.read(home)
            assert last is not None
            assert (last.exit_code, last.messages) == (0, ())
            shutil.rmtree(home.state)
    assert unheard("stdout", "releases", "list", "--home", tmp_path) == 0
    assert unheard("stderr", "refresh", "--home", tmp_path, "--as-of", "2020-02") == 2
    last = last_refresh.read(home)
    assert last is not None
    assert "lies before 2020-03" in last.messages[0]


@pytest.mark.parametrize("stream", [1, 2])
@pytest.mark.parametrize("to", [">/dev/full", ">&-"])
def test_a_refresh_goes_on_where_nothing_can_be_said(
    sample_home: Home, tmp_path: Path, stream: int, to: str
) -> None:
    home, own = Home(tmp_path / "home"), tmp_path / "own"
    shutil.copytree(sample_home.root, home.root, symlinks=True)
    own.mkdir()
    labels = (REFERENCE_SEEDS / "quality_labels.csv").read_text(encoding="utf-8")
    # There is something to build, and it is little.
    (own / "quality_labels.csv").write_text(labels.replace("注册用户", "网上用户"), encoding="utf-8")
    before = releases.in_force(home)
    script = f'exec "$@" {stream}{to}'
    options = ["--home", str(home.root), "--reference", str(own)]
    refresh = [sys.executable, "-m", "orchestration.cli.main", "refresh", *options]
    ended = subprocess.run(
        ["sh", "-c", script, "sh", *refresh], cwd=CHECKOUT, capture_output=True, check=False
    )
    assert ended.returncode == 0
    last = last_refresh.read(home)
    assert last is not None
    assert (last.exit_code, last.messages) == (0, ())
    assert before is not None and last.release_id != before.release_id


def unheard(stream: str, *arguments: str | Path) -> int:
    """Run `gonghui` for one who has stopped reading `stream`; returns its exit code."""
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as pipe:
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: pipe}
        command = [sys.executable, "-m", "orchestration.cli.main", *map(str, arguments)]
        return subprocess.run(command, cwd=CHECKOUT, **streams, check=False).returncode


def test_what_libraries_do_at_the_end_is_done_though_the_process_is_ended(tmp_path: Path) -> None:
    code = "import atexit; atexit.register(print, 'the end'); from orchestration.cli.main import run; run()"
    ran = subprocess.run(
        [sys.executable, "-c", code, "status", "--home", str(tmp_path)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    status = gonghui("status", "--home", tmp_path)
    assert (ran.returncode, ran.stdout) == (status.exit_code, f"{status.stdout}the end\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "510300", "9.2"],
        ["status"],
        ["refresh", "--as-of", "2020-02"],
        ["refresh", "--accept", "all"],
    ],
)
def test_an_answer_imports_nothing_slow_that_it_does_not_need(tmp_path: Path, arguments: list[str]) -> None:
    script = (
        "import sys; from orchestration.cli.main import main; main(sys.argv[1:]); "
        "print({'dagster', 'dbt', 'dagster_dbt', 'http.client', 'xlsxwriter'} & sys.modules.keys())"
    )
    command = [sys.executable, "-c", script, *arguments, "--home", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "set()"


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Path]:
    """A refresh whose reference seeds and inbox are both faulty."""
    folder = tmp_path_factory.mktemp("refused")
    checkout = copied_checkout(folder)
    Seeds(checkout / "seeds" / "reference").edit("thresholds", "9.2,2021,2021,0.6", "9.2,2021,2021,60")
    inbox = folder / "inbox"
    inbox.mkdir()
    (inbox / "工资表_20210301.csv").write_text("姓名\n", encoding="utf-8")
    home = folder / "home"
    return gonghui("refresh", "--home", home, "--inbox", inbox, checkout=checkout), home


def test_a_faulty_reference_seed_exits_2(refused: tuple[Ran, Path]) -> None:
    assert refused[0].exit_code == 2


def test_a_faulty_reference_seed_is_named_with_its_line(refused: tuple[Ran, Path]) -> None:
    assert any(
        line.startswith("thresholds.csv:27: threshold is '60'") for line in refused[0].stderr.splitlines()
    )


def test_the_faults_of_the_inbox_are_told_beside_those_of_the_seeds(refused: tuple[Ran, Path]) -> None:
    assert any(
        line.startswith("unknown_export\t工资表_20210301.csv\t") for line in refused[0].stderr.splitlines()
    )


def test_refused_inputs_leave_nothing_but_word_of_it(refused: tuple[Ran, Path]) -> None:
    assert {path.name for path in refused[1].iterdir()} == {".lock", "logs", "state"}


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Path]:
    """A refresh that two data tests fail, in a home that had published before."""
    folder = tmp_path_factory.mktemp("failed")
    checkout = copied_checkout(folder)
    test = checkout / "dbt_project" / "tests" / "nothing_is_ever_right.sql"
    test.write_text("select * from {{ ref('organizations') }}\n", encoding="utf-8")
    Seeds(checkout / "seeds" / "reference").add(
        "waivers", "510300,9.2,2020-03-01,2020-05-01,机构合并,领导小组办公室,2020-03-30"
    )
    published = folder / "home" / "warehouse" / "gonghui.duckdb"
    published.parent.mkdir(parents=True)
    published.write_text("what readers had before")
    left_by_a_killed_refresh = folder / "home" / "build" / "gonghui.duckdb.wal"
    left_by_a_killed_refresh.parent.mkdir()
    left_by_a_killed_refresh.write_bytes(b"half")
    return gonghui("refresh", "--home", folder / "home", "--as-of", "2020-03", checkout=checkout), published


def test_a_failing_data_test_exits_1(failed: tuple[Ran, Path]) -> None:
    assert failed[0].exit_code == 1


def test_a_failing_data_test_is_named(failed: tuple[Ran, Path]) -> None:
    assert "test nothing_is_ever_right: " in failed[0].stderr


def test_an_expired_waiver_is_named_with_what_to_do(failed: tuple[Ran, Path]) -> None:
    [line] = [line for line in failed[0].stderr.splitlines() if "no_waiver_has_expired" in line]
    told = (
        "the waiver of 9.2 for 510300 from 2020-03-01 expired on 2020-03-30, before the month judged ended: "
    )
    assert told + "have it approved anew and set expires_on to a later day, or delete the row" in line


def test_a_failing_data_test_is_no_traceback(failed: tuple[Ran, Path]) -> None:
    assert "Traceback" not in failed[0].stderr


def test_a_failing_data_test_publishes_nothing(failed: tuple[Ran, Path]) -> None:
    assert [path.read_text() for path in failed[1].parent.iterdir()] == ["what readers had before"]


def test_the_ui_is_served_to_this_machine_alone() -> None:
    command = serve_command(3100)
    assert command[command.index("--host") + 1] == "127.0.0.1"
