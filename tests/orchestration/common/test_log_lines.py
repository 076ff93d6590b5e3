"""What is said of a refresh: JSON lines for programs, and no personal value on any channel."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from orchestration.graph import instance as instances
from orchestration.graph.landed_assets import landed_assets
from orchestration.graph.run_request import RunRequest
from orchestration.home import Home
from tests.commands import Ran, gonghui

NAME, PHONE, IDENTITY = "测试人甲乙丙", "00000013579", "000000000000246813"
CANARIES = [text.encode(encoding) for text in (NAME, PHONE, IDENTITY) for encoding in ("utf-8", "gb18030")]
CANARIES.append(json.dumps(NAME).strip('"').encode())

USERS = "用户ID,所属机构编码,姓名,手机号,身份证号,注册时间,认证时间,注销时间"
SOUND = [f"U{number},510300,{NAME},{PHONE},{IDENTITY},2020-03-25,," for number in range(30)]
REFUSED = [
    f"U90,{PHONE},{NAME},{PHONE},{IDENTITY},2020-03-25,,",  # moved one cell to the right, as people do
    f"U91,510300,{NAME},{PHONE},{IDENTITY},{IDENTITY},,",
    f"{SOUND[0]},{NAME}",
    SOUND[1],
]
CADRES = "干部ID,所属机构编码,姓名,手机号,录入日期,离任日期"


def write(inbox: Path, name: str, header: str, rows: list[str], encoding: str = "utf-8") -> None:
    inbox.mkdir(exist_ok=True)
    (inbox / name).write_text("\n".join([header, *rows]) + "\n", encoding=encoding)


@dataclass(frozen=True)
class Night:
    """A home after refreshes that published, were refused, had nothing to do, and the daemon's."""

    home: Home
    published: Ran
    refused: Ran
    renewed: Ran
    status: Ran
    alerts: Path

    @property
    def lines(self) -> list[dict]:
        """The log of the refresh that published."""
        return [json.loads(line) for line in self.published.stderr.splitlines()]

    def of(self, event: str) -> list[dict]:
        """The lines of one event."""
        return [line for line in self.lines if line.get("event") == event]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("night")
    home, alerts = Home(folder / "home"), folder / "alerts"
    inbox, bad_inbox = folder / "inbox", folder / "bad"
    write(inbox, "注册用户_20200430.csv", USERS, [*SOUND, *REFUSED], "gb18030")
    write(inbox, "工会干部_20200430.csv", CADRES, [f"G1,510300,{NAME},{PHONE},2020-03-25,"])
    write(bad_inbox, "注册用户_20200501.csv", USERS, [*SOUND, *REFUSED * 6])
    write(bad_inbox, "工会干部_20200501.csv", "干部ID,姓名", [f"G1,{NAME}"])
    write(bad_inbox, "办件_20200501.csv", f'"{NAME}', [])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONGHUI_ALERT_COMMAND", f"sh -c 'cat >> {alerts}'")
        patch.setenv("GONGHUI_EXPORT_MAX_AGE_DAYS", "36500")  # else these exports of 2020 are a fault
        where = ("refresh", "--home", home.root)
        published = gonghui(*where, "--inbox", inbox, "--log", "json")
        refused = gonghui(*where, "--inbox", bad_inbox, "--log", "json")
        renewed = gonghui(*where, "--inbox", inbox)
        status = gonghui("status", "--home", home.root, "--json")
        patch.setenv("GONGHUI_HOME", str(home.root))
        patch.setenv("DAGSTER_HOME", str(home.dagster))
        patch.setenv("DO_NOT_TRACK", "1")
        with dg.DagsterInstance.from_config(str(instances.prepare(home))) as instance:
            for each in (inbox, bad_inbox):
                run = RunRequest(inbox=str(each))
                dg.materialize(
                    [landed_assets], resources={"run": run}, instance=instance, raise_on_error=False
                )
    return Night(home, published, refused, renewed, status, alerts)


def test_the_refreshes_went_as_they_were_to(night: Night) -> None:
    ran = (night.published, night.refused, night.renewed, night.status)
    assert [each.exit_code for each in ran] == [0, 2, 0, 0]


def test_each_line_has_a_time_with_its_zone_a_level_and_a_message(night: Night) -> None:
    assert night.lines
    for line in night.lines:
        assert datetime.fromisoformat(line["time"]).utcoffset() == timedelta(hours=8)
        assert line["level"] in {"info", "warning", "error"}
        assert line["message"]


def test_there_is_one_line_per_export_with_its_numbers(night: Night) -> None:
    lines = {line["export"]: line for line in night.of("export")}
    assert len(night.of("export")) == len(lines) == 2
    users = lines["registered_users"]
    assert (users["rows_read"], users["rows_landed"], users["rows_rejected"]) == (34, 30, 4)
    assert (users["export_date"], users["files"]) == ("2020-04-30", ["注册用户_20200430.csv"])
    assert users["seconds"] >= 0


def test_there_is_one_line_per_dbt_node_with_its_status_and_seconds(night: Night) -> None:
    nodes = Counter((line["resource_type"], line["node"]) for line in night.of("node"))
    assert {"seed", "model", "test"} == {kind for kind, _ in nodes}
    assert ("model", "fct_verdicts") in nodes
    assert [node for node, count in nodes.items() if count > 1] == []
    assert {line["status"] for line in night.of("node")} <= {"success", "pass", "warn"}
    assert min(line["seconds"] for line in night.of("node")) >= 0


def test_there_is_one_line_for_the_release(night: Night) -> None:
    [line] = night.of("published")
    assert line["release"] in night.published.stdout
    assert line["as_of"] == "2020-04"


def test_there_is_no_other_line_but_that_the_build_begins(night: Night) -> None:
    others = [line["message"] for line in night.lines if "event" not in line]
    assert others == ["building as of 2020-04"]


def test_a_refusal_is_one_json_line_per_fault(night: Night) -> None:
    lines = [json.loads(line) for line in night.refused.stderr.splitlines()]
    faults = [line["message"] for line in lines if line["level"] == "error"]
    assert [fault.split("\t")[0] for fault in faults[:-1]] == [
        "unreadable",
        "missing_columns",
        "too_many_rejects",
    ]
    assert faults[-1].startswith("refused: 3 faults")


def test_a_human_log_has_no_json(night: Night) -> None:
    assert "nothing new since release" in night.renewed.stderr
    assert "{" not in night.renewed.stderr


@pytest.mark.parametrize("channel", ["published", "refused", "renewed", "status"])
def test_no_personal_value_is_printed(night: Night, channel: str) -> None:
    ran: Ran = getattr(night, channel)
    printed = (ran.stdout + ran.stderr).encode()
    assert printed
    assert [canary for canary in CANARIES if canary in printed] == []


def test_no_personal_value_is_alerted(night: Night) -> None:
    sent = night.alerts.read_bytes()
    assert json.loads(sent.splitlines()[0].partition(b"}")[0] + b"}")["exit_code"] == 2
    assert [canary for canary in CANARIES if canary in sent] == []


def test_no_personal_value_is_kept_anywhere_in_the_home(night: Night) -> None:
    kept = {path: path.read_bytes() for path in night.home.root.rglob("*") if path.is_file()}
    assert {path.parts[len(night.home.root.parts)] for path in kept} >= {"logs", "state", "dagster", "landed"}
    assert [path for path, content in kept.items() if any(canary in content for canary in CANARIES)] == []


def test_the_file_keeps_the_lines_of_every_refresh(night: Night) -> None:
    text = night.home.log_file.read_text(encoding="utf-8")
    assert [
        line for line in text.splitlines() if not re.match(r"[-\d]{10}T[:.\d]{12}\+08:00 [A-Z]+ ", line)
    ] == []
    assert len(re.findall(r"INFO dbt model fct_verdicts: success", text)) == 1
    assert "too_many_rejects\t注册用户_20200501" in text
