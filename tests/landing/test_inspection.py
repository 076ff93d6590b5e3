"""An inbox that is inspected: each file as a landing would read it, and nothing of it lands."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.landing import Inspection, KnownCodes, Spelling, hashes, inspection
from orchestration.landing.bench import Bench, Form
from orchestration.landing.bench import open_bench as really_open_bench
from orchestration.landing.encodings import Encoding
from orchestration.landing.inspection import FoundColumn, RefusedRows, UnknownSpelling, inspect
from tests.landing.office import CODES, Office, csv_text, row, table


def inspected(office: Office, *accept: str, home: bool = False, codes: KnownCodes = CODES) -> Inspection:
    """What is told of the inbox; `home`: compared with what has landed."""
    scratch = office.inbox.with_name("scratch")
    scratch.mkdir()
    return inspect(office.inbox, codes, scratch, office.home if home else None, frozenset(accept))


def test_a_snapshot_is_told_with_its_files_and_their_parts(office: Office) -> None:
    office.put(
        "工会干部_20210302_1.csv",
        "一览\n离任日期;*录入 日期;姓名;干部ID;所属机构编码\n;2020-03-05;某;K1;A1\n;昨天;某;K2;A1\n",
        "gb18030",
    )
    copied = [row("cadres", "K1"), row("cadres", "K3"), row("cadres", "K4", 所属机构编码="A9")]
    office.put_sheets("工会干部_20210302_2.XLSX", 甲=[["说明"], [], *table([copied[1]])], 乙=table(copied))
    found = inspected(office)
    [snapshot] = found.snapshots
    assert (snapshot.export_name, snapshot.chinese, snapshot.label) == (
        "cadres",
        "工会干部",
        "工会干部_20210302",
    )
    assert (snapshot.export_date, snapshot.before, snapshot.faults) == (date(2021, 3, 2), None, ())
    assert (snapshot.rows_landed, snapshot.rows_rejected) == (2, 4)
    text, book = snapshot.files
    assert (text.name, text.extension, text.fault) == ("工会干部_20210302_1.csv", "csv", None)
    assert text.form == Form("text", Encoding("gb18030"), ";")
    assert (book.extension, book.form) == ("xlsx", Form("xlsx"))
    [part] = text.parts
    assert (part.sheet, part.header_row, part.rows_read, part.rows_refused) == (None, 2, 2, 1)
    assert part.columns == (
        FoundColumn("干部ID", "cadre_id", "干部ID"),
        FoundColumn("所属机构编码", "org_code", "所属机构编码"),
        FoundColumn("姓名", "", "姓名"),
        FoundColumn("手机号", "", None),
        FoundColumn("录入日期", "entered_on", "*录入 日期"),
        FoundColumn("离任日期", "left_on", "离任日期"),
    )
    assert part.refused == (RefusedRows("bad_format", "entered_on", "录入日期", 1, (2,)),)
    assert [(one.sheet, one.header_row, one.rows_read) for one in book.parts] == [("甲", 3, 1), ("乙", 1, 3)]
    assert [one.refused for one in book.parts] == [
        (),
        (
            RefusedRows("duplicate_row", "", "", 2, (1, 2)),
            RefusedRows("unknown_code", "org_code", "所属机构编码", 1, (3,)),
        ),
    ]
    assert (found.landed, found.notices, found.faults) == ((), (), ())
    assert not office.home.exists()


def test_only_the_first_refused_rows_are_told_one_by_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert inspection.MOST_LISTED == 100_000
    monkeypatch.setattr(inspection, "MOST_LISTED", 2)
    bad = [row("cadres", f"K{number}", 录入日期="昨天") for number in range(3)]
    office.put_rows("cadres", *bad, row("cadres", "K9", 所属机构编码="A9"))
    [snapshot] = inspected(office).snapshots
    assert [(one.rows, one.numbers) for one in snapshot.files[0].parts[0].refused] == [(3, (1, 2)), (1, ())]


def test_what_nobody_knows_is_told_with_the_known_word_that_is_most_like_it(office: Office) -> None:
    rows = [("51010", "在力"), ("51010", "在力"), ("51010", "在力"), ("甲市工会", "——x")]
    cells = [
        row("workflow_items", f"K{n}", 机构编码=org, 状态=status) for n, (org, status) in enumerate(rows)
    ]
    modules = [row("workflow_items", f"M{n}", 模块编码="M12") for n in range(3)]
    named = [row("workflow_items", f"N{n}", 机构编码="乙市总工") for n in range(4)]
    nothing = [row("workflow_items", f"P{n}", 机构编码="???") for n in range(3)]
    office.put_rows("workflow_items", *cells, *modules, *named, *nothing)
    office.put_rows("cadres", row("cadres"))
    codes = replace(CODES, spellings=frozenset({Spelling("", "org_code", "A1", "乙市总工会")}))
    found = {one.export_name: one.unknown for one in inspected(office, codes=codes).snapshots}
    assert found == {
        "cadres": (),
        "workflow_items": (
            UnknownSpelling("module_code", "模块编码", "M12", 3, "M1"),
            UnknownSpelling("org_code", "机构编码", "乙市总工", 4, "乙市总工会"),
            UnknownSpelling("org_code", "机构编码", "51010", 3, "510100"),
            UnknownSpelling("org_code", "机构编码", "???", 3, None),
            UnknownSpelling("status", "状态", "在力", 3, "在办"),
        ),
    }


def test_rows_are_told_of_their_own_snapshot(office: Office) -> None:
    office.put_rows("cadres", *(row("cadres", f"K{number}", 所属机构编码="A9") for number in range(3)))
    office.put_rows("articles", row("articles", 标题=""))
    refused = {
        one.export_name: [(each.reason, each.rows) for each in one.files[0].parts[0].refused]
        for one in inspected(office).snapshots
    }
    assert refused == {"articles": [("missing_required", 1)], "cadres": [("unknown_code", 3)]}


def test_a_file_that_is_refused_is_told_as_what_it_is(office: Office) -> None:
    office.put_rows("cadres", row("cadres"), suffix="_1")
    office.put("工会干部_20210302_2.csv", "说明\n", "gb18030")
    office.put_sheets("工会干部_20210302_3.xlsx", S=[["某"]])
    office.put("工会干部_20210302_4.csv", "")
    office.put("工会干部_20210302_5.pdf", csv_text([row("cadres", "K2")]))
    office.put("工会干部_20210302_6.xls", b"PK\3\4")
    office.put("通讯录_20210302.csv", "")
    found = inspected(office)
    [snapshot] = found.snapshots
    sound, *refused = snapshot.files
    assert sound.fault is None and [part.rows_read for part in sound.parts] == [1]
    assert [(file.form, file.parts, file.fault and file.fault.reason) for file in refused] == [
        (Form("text", Encoding("gb18030")), (), "missing_columns"),
        (Form("xlsx"), (), "missing_columns"),
        (None, (), "unreadable"),
        (None, (), "unreadable"),
        (None, (), "unreadable"),
    ]
    assert (snapshot.rows_landed, snapshot.rows_rejected) == (None, None)
    assert [fault.file for fault in snapshot.faults] == [file.name for file in refused]
    assert [fault.file for fault in found.faults] == [*(file.name for file in refused), "通讯录_20210302.csv"]


def test_what_has_landed_is_told_by_its_label_and_not_read_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashes, "SETTLED", -1)
    path = office.put_rows("articles", row("articles"))
    office.put_rows("cadres", row("cadres"))
    office.put_rows("new_members", row("new_members"))
    office.land()
    path.unlink()
    office.put_rows("articles", row("articles"), day="20210301")
    office.put_rows("new_members", row("new_members", 所属机构编码="A2"))
    read: list[Path] = []

    def noted(path: Path) -> str:
        read.append(path)
        return ""

    monkeypatch.setattr(hashes, "sha256", noted)
    found = inspected(office, home=True)
    assert found.landed == ("工会干部_20210302",)
    assert [(notice.file, notice.why) for notice in found.notices] == [
        ("信息发布_20210301.csv", "older_than_landed")
    ]
    [snapshot] = found.snapshots
    assert snapshot.before is not None and snapshot.before.export_name == "new_members"
    assert [file.name for file in read] == ["新增会员_20210302.csv"]


def test_a_snapshot_is_compared_with_the_one_that_has_landed(office: Office) -> None:
    office.put_rows("cadres", *(row("cadres", f"K{number}") for number in range(10)))
    office.land()
    office.put_rows("cadres", *(row("cadres", f"K{number}") for number in range(2, 12)), day="20210303")
    [fault] = inspected(office, home=True).faults
    assert (fault.reason, fault.file) == ("shrunk", "工会干部_20210303")


@pytest.mark.parametrize(("accept", "faults"), [([], ["too_many_rejects"]), (["too_many_rejects"], [])])
def test_a_fault_may_be_waived(office: Office, accept: list[str], faults: list[str]) -> None:
    office.put_rows("cadres", *(row("cadres", f"K{number}", 所属机构编码="A9") for number in range(30)))
    found = inspected(office, *accept)
    [snapshot] = found.snapshots
    assert [fault.reason for fault in snapshot.faults] == [fault.reason for fault in found.faults] == faults
    assert (snapshot.rows_landed, snapshot.rows_rejected) == (0, 30)


def test_files_that_have_landed_are_not_refused_for_other_codes(office: Office) -> None:
    gone = [row("cadres", f"K{number}", 所属机构编码="GONE") for number in range(30)]
    office.put_rows("cadres", row("cadres", "K"), *gone)
    office.land(codes=replace(CODES, orgs=CODES.orgs | {"GONE"}))
    found = inspected(office, home=True)
    assert [(one.rows_landed, one.rows_rejected) for one in found.snapshots] == [(1, 30)]
    assert found.faults == ()


def test_the_bench_is_closed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Bench] = []

    def noted(*given: object) -> Bench:
        opened.append(really_open_bench(*given))  # type: ignore[arg-type]
        return opened[-1]

    monkeypatch.setattr(inspection, "open_bench", noted)
    inspected(office)
    [bench] = opened
    with pytest.raises(duckdb.ConnectionException, match="closed"):
        bench.con.execute("SELECT 1")
