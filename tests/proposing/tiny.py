"""A tiny world that can be reckoned by hand, two exports, and an office's factors.

Workers of 2022: 76,000 in 成都 and 1,000 in each of the other 24 units, 100,000 in all. Items of 2022: two in
成都, one in 阿坝, one of QT01, which shares the figure of QT00. Workers and workload weigh half each, so the
weighed share is .5 × .76 + .5 × .5 = .63 of 成都, .5 × .01 + .5 × .25 = .13 of 阿坝 and of QT00, and
.5 × .01 = .005 of each of the other 22.
"""

import csv
from pathlib import Path

from orchestration.home import REFERENCE_SEEDS
from tests.commands import gonghui

USERS = """用户ID,所属机构编码,注册时间,认证时间,注销时间
U1,510100,2022-03-05 09:08:00,,
U2,510100,2022-04-05 09:08:00,,
U3,510100,2022-05-05 09:08:00,,
U4,510100,2021-05-05 09:08:00,,
U5,QT01,2022-05-05 09:08:00,,
U6,510100,2023-01-05 09:08:00,,
"""
ITEMS = """办件编号,机构编码,模块编码,受理时间,办理方式,状态,办结时间
I1,510100,YW01,2022-03-05 09:08:00,平台,在办,
I2,510100,TY03,2022-03-06 09:08:00,线下,在办,
I3,513200,YW01,2022-03-07 09:08:00,平台,在办,
I4,QT01,YW02,2022-03-08 09:08:00,平台,在办,
I5,510300,YW02,2022-03-08 09:08:00,平台,撤回,
I6,510300,YW02,2021-03-08 09:08:00,平台,在办,
"""


def units() -> list[str]:
    """The units that the annexes give figures to."""
    with (REFERENCE_SEEDS / "organizations.csv").open(encoding="utf-8") as file:
        orgs = csv.DictReader(file)
        return [org["org_code"] for org in orgs if org["org_code"] == org["target_unit_code"]]


def office(folder: Path) -> Path:
    """Write the office's factors and weights into `folder`; returns it."""
    folder.mkdir()
    workers = {unit: 76_000 if unit == "510100" else 1_000 for unit in units()}
    rows = [f"{unit},2022,workers,{value},人,省统计年鉴,2022-12-31" for unit, value in workers.items()]
    header = "target_unit_code,year,factor,value,unit,source,source_date"
    (folder / "factors.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    weights = "requirement_id,factor,weight\n9.1,workers,0.5\n9.1,workload,0.5\n"
    (folder / "factor_weights.csv").write_text(weights, encoding="utf-8")
    return folder


def refreshed(folder: Path) -> Path:
    """Make `folder` hold the `office`'s seeds and the `home` that was refreshed with them; returns it."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "注册用户_20230201.csv").write_text(USERS, encoding="utf-8")
    (inbox / "办件_20230201.csv").write_text(ITEMS, encoding="utf-8")
    ran = gonghui(
        *("refresh", "--home", folder / "home"),
        *("--inbox", inbox, "--reference", office(folder / "office")),
    )
    assert ran.exit_code == 0, ran.stderr
    return folder
