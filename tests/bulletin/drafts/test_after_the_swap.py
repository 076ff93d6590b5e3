"""A refresh ends with the documents: of the real ones, on the command line and in Dagster."""

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import openpyxl
import pytest

from orchestration.graph.bulletin_asset import bulletin
from orchestration.graph.release_asset import build_release_asset
from orchestration.graph.run_request import RunRequest
from orchestration.home import HOME_VARIABLE, INBOX_VARIABLE, REFERENCE_VARIABLE, Home
from orchestration.operating import last_refresh
from orchestration.publishing import releases
from orchestration.publishing.bulletins import read_drafts, read_issued
from tests.commands import Ran, gonghui
from tests.faults.small_inbox import fill
from tests.webhook import Webhook

MONTH = "2020-03"
NUMBER, DAY = "川工办通〔2020〕3号", "2020-04-08"


@pytest.fixture(autouse=True)
def _written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_BULLETIN_MONTHS", "12")


@pytest.fixture(scope="module")
def refreshed_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home that each test gets a copy of, refreshed from exports."""
    folder = tmp_path_factory.mktemp("after")
    fill(folder / "inbox", 1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GONGHUI_BULLETIN_MONTHS", "12")
        ran = gonghui("refresh", "--home", folder / "home", "--inbox", folder / "inbox")
    assert ran.exit_code == 0, ran.stderr
    return Home(folder / "home")


@pytest.fixture
def home(refreshed_once: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    shutil.copytree(refreshed_once.root, tmp_path / "home", symlinks=True)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.delenv(INBOX_VARIABLE, raising=False)
    return Home(tmp_path / "home")


@pytest.fixture
def refresh(home: Home) -> Callable[..., Ran]:
    return lambda *more: gonghui("refresh", "--home", home.root, *more)


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """The office's own folder, with a template that is no Word document."""
    templates = tmp_path / "reference" / "templates"
    templates.mkdir(parents=True)
    (templates / "情况通报.docx").write_bytes(b"no Word document")
    return tmp_path / "reference"


def text_of(document: Path) -> str:
    """All the text of a Word document, headers with what stands across the page included."""
    with zipfile.ZipFile(document) as parts:
        return "".join(
            re.sub(r"</w:p>", "\n", parts.read(name).decode()) for name in parts.namelist() if "xml" in name
        )


def test_a_refresh_leaves_documents_and_a_site_of_what_it_published(refreshed_once: Home) -> None:
    folder = refreshed_once.bulletins / MONTH
    drafts, release = read_drafts(folder), releases.in_force(refreshed_once)
    assert drafts and release and drafts.release_id == release.release_id
    assert drafts.documents == [
        f"四川省工会网上工作平台监测评价_{MONTH}.xlsx",
        f"四川省工会网上工作平台监测评价_{MONTH}_明细.xlsx",
        f"情况通报_{MONTH}.docx",
        f"目标考核_{MONTH}.docx",
    ]
    assert (folder / "site" / "index.html").is_file()
    assert "草稿" in text_of(folder / f"情况通报_{MONTH}.docx")


def test_a_refresh_with_nothing_new_writes_none_and_the_command_writes_them_whatever_there_is(
    home: Home, refresh: Callable[..., Ran]
) -> None:
    folder = home.bulletins / MONTH
    before, written_at = read_drafts(folder), folder.stat().st_ino
    assert refresh().exit_code == 0
    assert folder.stat().st_ino == written_at
    assert gonghui("bulletin", "--home", home.root).exit_code == 0
    after = read_drafts(folder)
    assert before and after and folder.stat().st_ino != written_at
    assert after.follows_from == before.follows_from
    assert after.files.keys() == before.files.keys()


def test_a_broken_template_fails_the_refresh_after_the_swap_until_it_is_mended(
    home: Home, refresh: Callable[..., Ran], reference: Path, webhook: Webhook
) -> None:
    before = releases.in_force(home)
    ran = refresh("--reference", reference)
    after, last = releases.in_force(home), last_refresh.read(home)
    assert ran.exit_code == 1, ran.stderr
    assert "情况通报.docx: it is no Word" in ran.stderr and "the release stands" in ran.stderr
    assert "nothing was published" not in ran.stderr
    assert before and after and after.release_id > before.release_id
    assert last and (last.exit_code, last.release_id) == (1, after.release_id)
    assert [body["event"] for body in webhook.bodies] == ["refresh_failed"]
    (reference / "templates" / "情况通报.docx").unlink()
    assert refresh("--reference", reference).exit_code == 0


def test_missing_documents_are_caught_up_with_nothing_else_new(
    home: Home, refresh: Callable[..., Ran]
) -> None:
    shutil.rmtree(home.bulletins)
    assert refresh().exit_code == 0
    assert (home.bulletins / MONTH / "site" / "index.html").is_file()


def test_an_issued_document_has_number_and_date_and_no_mark_of_a_draft(home: Home) -> None:
    ran = gonghui(
        *("bulletin", "--home", home.root, "issue", MONTH, "--accept", "not_final"),
        *("--number", NUMBER, "--date", DAY),
    )
    assert ran.exit_code == 0, ran.stderr
    folder = home.bulletins / "issued" / f"{MONTH}_{NUMBER}"
    text = text_of(folder / f"情况通报_{MONTH}.docx")
    assert NUMBER in text and "2020年4月8日" in text
    assert 'string="草稿"' not in text and "本件为草稿" not in text
    said = {
        path.name: "".join(str(value) for row in openpyxl.load_workbook(path)["说明"].values for value in row)
        for path in folder.glob("*.xlsx")
    }
    assert len(said) == 2 and said.keys() <= read_issued(folder).files.keys()
    assert ["草稿" in each for each in said.values()] == [False, False]
    assert [f"文号{NUMBER}" in each and "2020年4月8日" in each for each in said.values()] == [True, True]


def nights(home: Home) -> dg.ExecuteInProcessResult:
    """The last steps of a night's run."""
    steps = [build_release_asset([]), bulletin]
    return dg.materialize(steps, resources={"run": RunRequest()}, raise_on_error=False)


def test_dagster_knows_the_documents(home: Home) -> None:
    folder = home.bulletins / MONTH
    result = nights(home)
    [made] = result.asset_materializations_for_node("publishing__bulletin")
    assert result.success and last_refresh.read(home).exit_code == 0
    assert made.metadata[f"情况通报_{MONTH}.docx"].value == str(folder / f"情况通报_{MONTH}.docx")
    assert made.metadata["页面"].value == str(folder / "site" / "index.html")
    assert made.metadata["本次重写"].value is False


def test_in_dagster_too_a_broken_template_fails_the_run_after_the_swap(
    home: Home, reference: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REFERENCE_VARIABLE, str(reference))
    before = releases.in_force(home)
    result = nights(home)
    after, last = releases.in_force(home), last_refresh.read(home)
    assert not result.success
    assert before and after and after.release_id > before.release_id
    assert last and last.exit_code == 1 and "情况通报.docx: it is no Word" in "\n".join(last.messages)


def test_where_no_documents_are_to_be_none_is_materialized(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_BULLETIN_MONTHS", "0")
    result = nights(home)
    assert result.success and result.asset_materializations_for_node("publishing__bulletin") == []
