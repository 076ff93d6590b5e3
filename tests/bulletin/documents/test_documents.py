"""Documents of a release: equal from equal releases, and marked, with the reason, while they are drafts."""

import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import gmtime

import docx
import duckdb
import pytest

from orchestration.bulletin import documents
from orchestration.bulletin.issue import Issue
from tests.bulletin.documents.reading import MONTH, whole

SITUATION, ASSESSMENT = f"情况通报_{MONTH}.docx", f"目标考核_{MONTH}.docx"
SHEETS = f"单位反馈单_{MONTH}"

# Of true data no factor is invented; here none is known.
NO_SAMPLE = """
    update quality.release set is_sample = false;
    delete from compliance.fct_rankings_per_thousand
"""
ISSUE = Issue("川工网办〔2023〕3号", date(2023, 1, 20))


def _marks(path: Path) -> list[str]:
    """What stands across the pages, by the headers in which it does."""
    with zipfile.ZipFile(path) as file:
        headers = [file.read(name).decode() for name in file.namelist() if "/header" in name]
    return [mark for header in headers for mark in re.findall(r'string="([^"]*)"', header)]


def test_what_is_written(written: Path, published: Path) -> None:
    with duckdb.connect(published, read_only=True) as connection:
        [(local,)] = connection.execute(
            "select count(distinct org_code) from compliance.fct_verdicts where role = 'local'"
        ).fetchall()
    names = {path.name for path in written.iterdir()}
    assert names == {
        *(f"{name}_{MONTH}{suffix}" for name in ("情况通报", "目标考核") for suffix in (".docx", ".json")),
        SHEETS,
        f"{SHEETS}.json",
    }
    assert len(list((written / SHEETS).glob("*.docx"))) == local


def test_equal_releases_give_equal_files_whatever_the_clock_and_the_language(
    written: Path, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_LANG", "zh_CN")
    monkeypatch.setattr("time.localtime", lambda *_: gmtime(0x7000_0000))
    again = documents.write(published, tmp_path)
    differing = [
        path.name
        for path in again
        if path.read_bytes() != (written / path.relative_to(tmp_path)).read_bytes()
    ]
    assert len(again) > 90
    assert differing == []


def test_a_file_holds_no_time_but_its_releases(written: Path, published: Path) -> None:
    with duckdb.connect(published, read_only=True) as connection:
        [(published_at,)] = connection.execute("select published_at from quality.release").fetchall()
    properties = docx.Document(str(written / SITUATION)).core_properties
    assert properties.created.replace(tzinfo=None) == published_at
    with zipfile.ZipFile(written / SITUATION) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", [SITUATION, ASSESSMENT])
def test_a_draft_of_sample_data_says_so_across_each_page_and_in_words(name: str, written: Path) -> None:
    assert set(_marks(written / name)) == {"样例　草稿"}
    # The headers of odd and of even pages.
    assert len(_marks(written / name)) == 2
    said = whole(written / name)
    assert "本件为草稿" in said
    assert "数字均为虚构" in said


@pytest.mark.usefixtures("one_sheet")
def test_a_draft_of_true_data_is_no_sample(changed: Callable[..., Path], tmp_path: Path) -> None:
    documents.write(changed(NO_SAMPLE), tmp_path)
    assert set(_marks(tmp_path / SITUATION)) == {"草稿"}
    assert "虚构" not in whole(tmp_path / SITUATION)


def test_unions_are_compared_by_their_size(written: Path) -> None:
    said = whole(written / SITUATION)
    assert "市（州）总工会每千名职工比较情况表" in said
    assert "省产业工会每千名职工比较情况表" in said
    assert "因素为虚构样例" in said


@pytest.mark.usefixtures("one_sheet")
def test_where_no_size_is_known_no_annex_compares(changed: Callable[..., Path], tmp_path: Path) -> None:
    documents.write(changed("drop table compliance.fct_rankings_per_thousand"), tmp_path)
    assert "每千名" not in whole(tmp_path / SITUATION)


@pytest.mark.usefixtures("one_sheet")
def test_numbers_that_are_not_final_are_counted(changed: Callable[..., Path], tmp_path: Path) -> None:
    judged = "status in ('PASS', 'FAIL', 'IN_PROGRESS')"
    pending = changed(
        f"""
        update compliance.fct_verdicts set is_final = false
        where {judged} and as_of_month = date '{MONTH}-01' and requirement_id = '9.2'
        """
    )
    documents.write(pending, tmp_path)
    with duckdb.connect(pending, read_only=True) as connection:
        counts = connection.execute(
            f"""
            select count(*), count(*) filter (not is_final) from compliance.fct_verdicts
            where {judged} and as_of_month = date '{MONTH}-01'
            """
        ).fetchall()
    assert f"{counts[0][0]}项评价结论有{counts[0][1]}项尚非定论" in whole(tmp_path / SITUATION)


@pytest.mark.usefixtures("one_sheet")
def test_an_issued_one_has_its_number_and_date_and_no_mark(
    changed: Callable[..., Path], tmp_path: Path
) -> None:
    documents.write(changed(NO_SAMPLE), tmp_path, issue=ISSUE)
    said = whole(tmp_path / SITUATION)
    assert _marks(tmp_path / SITUATION) == []
    assert "川工网办〔2023〕3号" in said
    assert "2023年1月20日印发" in said
    assert "草稿" not in said


@pytest.mark.usefixtures("one_sheet")
def test_issued_sample_data_stays_marked(published: Path, tmp_path: Path) -> None:
    documents.write(published, tmp_path, issue=ISSUE)
    assert set(_marks(tmp_path / SITUATION)) == {"样例"}


@pytest.mark.parametrize("name", [SITUATION, ASSESSMENT])
@pytest.mark.usefixtures("one_sheet")
def test_a_correction_names_what_it_corrects(name: str, changed: Callable[..., Path], tmp_path: Path) -> None:
    issue = Issue("川工网办〔2023〕4号", date(2023, 2, 1), ISSUE.number, ("成都注册用户数量由10改为11。",))
    documents.write(changed(NO_SAMPLE), tmp_path, issue=issue)
    said = whole(tmp_path / name)
    assert "更正川工网办〔2023〕3号" in said
    assert "成都注册用户数量由10改为11。" in said


@pytest.mark.usefixtures("one_sheet")
def test_names_from_outside_cannot_break_a_document(changed: Callable[..., Path], tmp_path: Path) -> None:
    name = "<b>&\ufdd0\x07“{{ 草稿 }}”"
    odd = changed(
        f"update indicators.dim_organizations set short_name = '{name}' where org_code = '510100'",
        f"update indicators.dim_organizations set org_name = 'a/b:{name}' where org_code = '510100'",
    )
    documents.write(odd, tmp_path)
    assert "<b>&“{{ 草稿 }}”" in whole(tmp_path / SITUATION)
    assert len(list((tmp_path / SHEETS).glob("ab*_510100.docx"))) == 1


@pytest.mark.usefixtures("one_sheet")
def test_a_code_and_a_long_name_make_a_file_name_that_every_system_takes(
    changed: Callable[..., Path], published: Path, tmp_path: Path
) -> None:
    with duckdb.connect(published, read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_columns() where column_name = 'org_code'"
        ).fetchall()
    odd = changed(
        *(f"update {table} set org_code = 'A/1' where org_code = '510100'" for (table,) in tables),
        "update indicators.dim_organizations set org_name = repeat('很长的', 40) where org_code = 'A/1'",
    )
    documents.write(odd, tmp_path)
    assert [path.name for path in (tmp_path / SHEETS).iterdir()] == [f"{'很长的' * 20}_A~2f1.docx"]


def test_a_page_of_the_assessment_names_the_guided_organizations_that_are_behind(
    written: Path, published: Path
) -> None:
    with duckdb.connect(published, read_only=True) as connection:
        behind = connection.execute(
            f"""
            select o.short_name
            from indicators.bridge_guidance as g
            inner join compliance.fct_verdicts as v on g.local_org_code = v.org_code
            inner join indicators.dim_organizations as o on g.local_org_code = o.org_code
            where
                g.department_code = 'SZ02' and v.requirement_id = '9.2'
                and v.as_of_month = date '{MONTH}-01' and v.status in ('FAIL', 'IN_PROGRESS')
            order by o.org_order
            """
        ).fetchall()
    names = "、".join(name for (name,) in behind)
    assert len(behind) > 3
    assert f"尚未达标：{names}" in whole(written / ASSESSMENT)
