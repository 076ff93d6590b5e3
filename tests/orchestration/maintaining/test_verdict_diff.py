"""What a reviewer of a rule change is told: every verdict that changed, once, and nothing else."""

import os
import re
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.explaining.verdict_changes import EXAMPLES, Kind, compare, told
from orchestration.home import CHECKOUT
from orchestration.maintaining import verdict_diff as command
from tests.checkouts import Seeds, copied_checkout
from tests.commands import Ran

MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)
FAIL = {
    "as_of_month": MARCH,
    "org_code": "510300",
    "role": "local",
    "requirement_id": "9.2",
    "clause_id": "9.2",
    "numerator": 17,
    "denominator": 20,
    "observed": 0.85,
    "threshold": Decimal("0.9"),
    "gap": 1,
    "status": "FAIL",
    "reason": None,
    "is_final": False,
}
PASS = FAIL | {"status": "PASS", "threshold": Decimal("0.8"), "gap": 0}


def build_file(path: Path, verdicts: list[dict]) -> Path:
    """A build with these verdicts, and the names of what they speak of."""
    with duckdb.connect(path) as connection:
        connection.execute(
            """
            create schema compliance;
            create schema indicators;
            create table compliance.fct_verdicts (
                as_of_month date, org_code varchar, role varchar, requirement_id varchar, clause_id varchar,
                numerator bigint, denominator bigint, observed double, threshold decimal(18, 4), gap bigint,
                status varchar, reason varchar, is_final boolean
            );
            create table compliance.dim_requirements as from (values
                ('9.2', '认证会员占注册用户比例'), ('8.9', '信息发布数量'), ('8.10.benefits', '普惠服务数量')
            ) as requirements (requirement_id, title);
            create table compliance.dim_verdict_labels as
                from (values ('PASS', '达标'), ('FAIL', '未达标')) as labels (code, label);
            create table indicators.dim_organizations as
                from (values ('510300', '自贡市总工会')) as organizations (org_code, org_name);
            """
        )
        for verdict in verdicts:
            places = ", ".join("?" * len(verdict))
            connection.execute(
                f"insert into compliance.fct_verdicts values ({places})", list(verdict.values())
            )
    return path


@pytest.fixture
def difference(tmp_path: Path):
    """Compare two lists of verdicts."""

    def compared(before: list[dict], after: list[dict]):
        return compare(build_file(tmp_path / "before", before), build_file(tmp_path / "after", after))

    return compared


def test_no_change_is_exactly_one_line(difference) -> None:
    verdicts = [FAIL, FAIL | {"as_of_month": APRIL}]
    assert told("HEAD → 工作区", difference(verdicts, verdicts)) == "HEAD → 工作区：2 条结论都没有变化"


@pytest.mark.parametrize(
    ("after", "kind", "columns"),
    [
        (PASS, Kind.STATUS, ("threshold", "gap")),
        (FAIL | {"threshold": Decimal("0.95"), "gap": 2}, Kind.NUMBERS, ("threshold", "gap")),
        (FAIL | {"numerator": 16}, Kind.NUMBERS, ("numerator",)),
        (FAIL | {"denominator": None}, Kind.NUMBERS, ("denominator",)),
        (FAIL | {"observed": 0.8500001}, Kind.NUMBERS, ("observed",)),
        (FAIL | {"reason": "year_still_open"}, Kind.REST, ("reason",)),
        (FAIL | {"is_final": True}, Kind.REST, ("is_final",)),
        (FAIL | {"clause_id": "9"}, Kind.REST, ("clause_id",)),
    ],
)
def test_a_changed_verdict_is_counted_once_by_what_weighs_most(difference, after, kind, columns) -> None:
    [change] = difference([FAIL], [after]).changes
    assert (change.kind, change.columns) == (kind, columns)


def test_a_verdict_of_one_side_alone_is_gone_or_new(difference) -> None:
    kinds = [change.kind for change in difference([FAIL], [FAIL | {"role": "department"}]).changes]
    assert sorted(kind.name for kind in kinds) == ["GONE", "NEW"]


def test_a_change_of_status_is_told_with_requirement_statuses_count_and_an_example(difference) -> None:
    assert told("HEAD → 工作区", difference([FAIL], [PASS])).splitlines() == [
        "HEAD → 工作区：1 条结论中 1 条有变",
        "",
        "状态改变（1 条）",
        "指标  名称                    之前         之后       条数",
        "9.2   认证会员占注册用户比例  FAIL 未达标  PASS 达标  1",
        "    自贡市总工会 2022-03（标准 0.9 → 0.8，差额 1 → 0）",
    ]


def test_a_change_of_numbers_alone_names_the_columns(difference) -> None:
    lines = told("", difference([PASS], [PASS | {"numerator": 18, "is_final": True}])).splitlines()
    assert "状态未变，数字改变（1 条）" in lines
    assert lines[-2].endswith("分子、定论")
    assert lines[-1].endswith("（分子 17 → 18，定论 否 → 是）")


def test_a_new_verdict_has_no_status_before(difference) -> None:
    assert "—     FAIL 未达标  1" in told("", difference([], [FAIL]))


def test_requirements_stand_in_the_order_of_the_clauses(difference) -> None:
    wanted = ["8.9", "8.10.benefits", "9.2"]
    rows = [FAIL | {"requirement_id": requirement} for requirement in reversed(wanted)]
    lines = told("", difference(rows, [])).splitlines()
    assert [line.split()[0] for line in lines if line[:1].isdigit()] == wanted


def test_only_the_first_few_verdicts_of_a_line_are_named(difference) -> None:
    before = [FAIL | {"as_of_month": date(2022, month, 1)} for month in range(1, EXAMPLES + 3)]
    after = [PASS | {"as_of_month": row["as_of_month"]} for row in before]
    lines = told("", difference(before, after)).splitlines()
    assert sum("自贡市总工会" in line for line in lines) == EXAMPLES
    assert lines[-1] == "    …… 另 2 条"


# From here on: real revisions of a copied checkout.


def git(checkout: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a reviewer", "-c", "user.email=reviewer@example.org")
    command = ["git", "-C", checkout, *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def verdict_diff(checkout: Path, *arguments: str) -> Ran:
    process = subprocess.run(
        [sys.executable, "-m", "orchestration.maintaining.verdict_diff", *arguments],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(process.returncode, process.stdout, process.stderr)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with one revision, and a threshold lowered since: 9.2 from 2022 on, 0.9 → 0.8."""
    checkout = copied_checkout(tmp_path_factory.mktemp("repository"))
    shutil.copy(CHECKOUT / ".gitignore", checkout)
    git(checkout, "init", "--quiet")
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "--message", "the rules as they were")
    Seeds(checkout / "seeds" / "reference").edit("thresholds", "9.2,2022,,0.9", "9.2,2022,,0.8")
    return checkout


@pytest.fixture(scope="module")
def lowered(repository: Path) -> Ran:
    return verdict_diff(repository, "HEAD")


def counted(report: str, heading: str) -> set[str]:
    """The requirements that the table under a heading has lines for."""
    [section] = [part for part in report.split("\n\n") if part.startswith(heading)]
    return set(re.findall(r"^(\d\S*) ", section, re.MULTILINE))


def test_a_lowered_threshold_turns_failures_into_passes_of_its_requirement_and_what_derives_from_it(
    lowered: Ran,
) -> None:
    assert lowered.exit_code == 0, lowered.stderr
    assert counted(lowered.stdout, "状态改变") == {"8.7", "9.2"}
    statuses = re.findall(r"[A-Z_]{4,} \S+  [A-Z_]{4,}", lowered.stdout.split("状态未变")[0])
    assert set(statuses) == {"FAIL 未达标  PASS"}


def test_a_lowered_threshold_touches_no_other_requirement(lowered: Ran) -> None:
    headings = [part.split("（")[0] for part in lowered.stdout.split("\n\n")[1:]]
    assert headings == ["状态改变", "状态未变，数字改变"]
    assert counted(lowered.stdout, "状态未变，数字改变") == {"8.7", "9.2"}


def test_a_comparison_leaves_the_repository_as_it_was(repository: Path, lowered: Ran) -> None:
    assert git(repository, "status", "--porcelain") == " M seeds/reference/thresholds.csv\n"
    assert git(repository, "worktree", "list").count("\n") == 1


def test_the_office_s_reference_seeds_stand_in_on_both_sides(repository: Path, tmp_path: Path) -> None:
    shutil.copy(repository / "seeds" / "reference" / "thresholds.csv", tmp_path)
    Seeds(tmp_path).edit("thresholds", "9.2,2022,,0.8", "9.2,2022,,0.7")
    ran = verdict_diff(repository, "HEAD", "--reference", str(tmp_path))
    assert (ran.exit_code, "都没有变化" in ran.stdout) == (0, True), ran.stdout + ran.stderr


@pytest.mark.parametrize("revision", ["no-such-branch", "", "--all"])
def test_an_unknown_revision_exits_2_with_a_sentence(repository: Path, revision: str) -> None:
    ran = verdict_diff(repository, "--", revision)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"没有修订“{revision}”")


def test_a_home_that_landed_nothing_exits_2_with_a_sentence(repository: Path, tmp_path: Path) -> None:
    ran = verdict_diff(repository, "HEAD", "--home", str(tmp_path))
    assert (ran.exit_code, "没有入库的数据" in ran.stderr) == (2, True)


def test_a_revision_that_git_cannot_give_exits_1_with_what_git_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rules.csv").write_text("the rules as they were")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "the rules as they were")
    blob = git(tmp_path, "rev-parse", "HEAD:rules.csv").strip()
    (tmp_path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    monkeypatch.setattr(command, "CHECKOUT", tmp_path)
    assert command.main(["HEAD"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("修订 ") and blob in told
