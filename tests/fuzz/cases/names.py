"""File names and snapshots."""

from tests.fuzz.cases.model import Case, one
from tests.fuzz.oracle import File
from tests.fuzz.world import csv_file

_A = csv_file("new_members", {"member_id": "K1"})
_B = csv_file("new_members", {"member_id": "K2"})
_C = csv_file("new_members", {"member_id": "K3"}, {"member_id": "K4"})
_ITEMS = csv_file("workflow_items", {})

_GOOD = [
    *["新增会员_20210302.csv", "新增会员-20210302.csv", "新增会员 20210302.csv", "新增会员20210302.csv"],
    *[
        "新增会员_2021-03-02.csv",
        "新增会员2021.3.2.csv",
        "新增会员_2021.03.02.csv",
        "新增会员2021年3月2日.csv",
    ],
    *["新增会员_2021年03月02日.csv", "新增会员_2021.12.31.csv", "新增会员_2021-03-02_1.csv"],
    *["新增会员_20210302 (1).csv", "新增会员_20210302备份.csv", "新增会员_20210302-副本.csv"],
    *[
        "新增会员_20210302.v2.csv",
        "新增会员_20210302（2）.csv",
        "新增会员_20210302.TXT",
        "新增会员_20210302.Tsv",
    ],
    *["新增会员＿２０２１０３０２．ｃｓｖ", "新增会员　20210302.csv", "新增会员２０２１年３月２日.csv"],
    *["新增会员_20210302.xlsx", "新增会员_20210302.xls", "新增会员_20210302.ET", "新增会员_20210302.htm"],
    *["新增会员_20210302.xlsm", "新增会员_20210302.xlsb", "新增会员_20210302.ods", "新增会员_20210302.HTML"],
]
_NO_DATE = [
    *["新增会员.csv", "新增会员__20210302.csv", "新增会员_202103.csv", "新增会员_20210231.csv"],
    *[
        "新增会员_202103021.csv",
        "新增会员_全省_20210302.csv",
        "新增会员_2021-03-021.csv",
        "新增会员_2021-13-01.csv",
    ],
    *[
        "新增会员_20991231.csv",
        "新增会员_2021.3.211.csv",
        "新增会员_03-02-2021.csv",
        "新增会员_20210302１.csv",
    ],
    *["新增会员导出_20210302.csv", "新增会员_2021年3月.csv"],
]
_UNKNOWN = [
    "会员_20210302.csv",
    "x.csv",
    "20210302新增会员.csv",
    "导出新增会员_20210302.csv",
    "新增会_20210302.csv",
]
_EXTENSION = [
    "新增会员_20210302.pdf",
    "新增会员_20210302",
    "新增会员_20210302.csv.bak",
    "新增会员_20210302.doc",
]
_PASSED = [
    *["新增会员_20991231.csv.crdownload", "新增会员_20210302.xlsx.part", "x.partial", "未确认 123.tmp"],
    *["x.csv.download", "x.CRDOWNLOAD", ".DS_Store", "._新增会员_20210302.csv", "~$新增会员_20210302.xlsx"],
    *["Thumbs.db", "desktop.ini", "x．ｔｍｐ"],
]

NAMES = [
    *(Case(f"NAME, then the export date: {name}", {name: _A}, one(1)) for name in _GOOD),
    *(
        Case(f"no, or an impossible, date: {name}", {name: _A}, faults=(("no_export_date", name),))
        for name in _NO_DATE
    ),
    *(
        Case(f"no NAME at its beginning: {name}", {name: _A}, faults=(("unknown_export", name),))
        for name in _UNKNOWN
    ),
    *(Case(f"another extension: {name}", {name: _A}, faults=(("unreadable", name),)) for name in _EXTENSION),
    *(Case(f"passed over: {name}", {name: _A, "新增会员_20210302_b.csv": _B}, one(1)) for name in _PASSED),
    Case("or one of spellings.csv", {"办件明细_20210302.csv": _ITEMS}, one(1, export="workflow_items")),
    Case(
        "files of one export and one date together are one snapshot, under either NAME",
        {
            "办件明细_20210302.csv": _ITEMS,
            "办件_2021-03-02.csv": csv_file("workflow_items", {"item_id": "K2"}),
        },
        one(2, export="workflow_items"),
    ),
    Case(
        "the newest date replaces; older ones are not even read",
        {"新增会员_20210302.csv": _A, "新增会员_20210301.csv": File(b"\0")},
        one(1),
    ),
    Case(
        "a file equal byte for byte to one before it is passed over",
        {"新增会员_20210302.csv": _C, "新增会员_20210302 (1).csv": _C},
        one(2),
    ),
    Case(
        "every fault of the inbox, the first that fits for each file",
        {
            "x.csv": _A,
            "新增会员_2021.csv": _A,
            "新增会员_20210302.csv": File(b""),
            "办件_20210302.csv": File("甲,乙\n".encode()),
        },
        faults=(
            ("unknown_export", "x.csv"),
            ("missing_columns", "办件_20210302.csv"),
            ("unreadable", "新增会员_20210302.csv"),
            ("no_export_date", "新增会员_2021.csv"),
        ),
    ),
    Case(
        "unknown_export comes before unreadable",
        {"会员.pdf": _A},
        faults=(("unknown_export", "会员.pdf"),),
    ),
]

_TEN = [{"member_id": f"K{number}"} for number in range(10)]
_TWENTY = [{"member_id": f"K{number}"} for number in range(20)]
_BEFORE = {"新增会员_20210301.csv": csv_file("new_members", *_TEN)}


def _then(sentence: str, name: str, file: File, lands: int, accept: str = "", fault: str = "") -> Case:
    return Case(
        sentence,
        {name: file},
        {} if fault else one(lands),
        ((fault, "新增会员_20210302"),) if fault else (),
        _BEFORE,
        frozenset({accept} - {""}),
    )


_NINE = csv_file("new_members", *_TEN[:9])
_EIGHT = csv_file("new_members", *_TEN[:8])
_EIGHT_AND_MORE = csv_file("new_members", *_TEN[:8], *({"member_id": f"N{n}"} for n in range(9)))
_NINE_AND_MORE = csv_file("new_members", *_TEN[:9], *({"member_id": f"N{n}"} for n in range(9)))
_WRONG = [{"member_id": f"K{number}", "org_code": "X"} for number in range(21)]

SNAPSHOTS = [
    _then("under 90 % of the rows: 9 of 10 are not under", "新增会员_20210302.csv", _NINE, 9),
    _then("under 90 % of the rows", "新增会员_20210302.csv", _EIGHT, 0, fault="shrunk"),
    _then("can be waived, by name", "新增会员_20210302.csv", _EIGHT, 8, "shrunk"),
    _then("lacks more than 10 % of its keys", "新增会员_20210302.csv", _EIGHT_AND_MORE, 0, fault="shrunk"),
    _then("lacks 10 % of its keys", "新增会员_20210302.csv", _NINE_AND_MORE, 18),
    _then(
        "a header without rows is valid, and shrunk",
        "新增会员_20210302.csv",
        csv_file("new_members"),
        0,
        fault="shrunk",
    ),
    _then("older than the landed one: passed over", "新增会员_20210228.csv", _C, 10),
    Case(
        "the landed date again, with other files, replaces it like a newer one",
        {"新增会员_20210301.csv": csv_file("new_members", *_TEN, {"member_id": "N1"})},
        one(11),
        before=_BEFORE,
    ),
    Case(
        "the landed date again, shrunk",
        {"新增会员_20210301.csv": _A},
        faults=(("shrunk", "新增会员_20210301"),),
        before=_BEFORE,
    ),
    Case(
        "a header without rows is a valid, empty snapshot",
        {"新增会员_20210302.csv": csv_file("new_members")},
        one(0),
    ),
    Case(
        "not more than 20 rows refused",
        {"新增会员_20210302.csv": csv_file("new_members", *_WRONG[:20])},
        one(0, *((row, "unknown_code") for row in range(1, 21))),
    ),
    Case(
        "more than 5 % of a snapshot's rows and more than 20 rows refused",
        {"新增会员_20210302.csv": csv_file("new_members", *_WRONG)},
        faults=(("too_many_rejects", "新增会员_20210302"),),
    ),
    Case(
        "too_many_rejects waived",
        {"新增会员_20210302.csv": csv_file("new_members", *_WRONG)},
        one(0, *((row, "unknown_code") for row in range(1, 22))),
        accept=frozenset({"too_many_rejects"}),
    ),
    Case(
        "21 of 420 are not more than 5 %",
        {
            "新增会员_20210302.csv": csv_file(
                "new_members", *_WRONG, *({"member_id": f"N{n}"} for n in range(399))
            )
        },
        one(399, *((row, "unknown_code") for row in range(1, 22))),
    ),
    Case(
        "21 of 419 are",
        {
            "新增会员_20210302.csv": csv_file(
                "new_members", *_WRONG, *({"member_id": f"N{n}"} for n in range(398))
            )
        },
        faults=(("too_many_rejects", "新增会员_20210302"),),
    ),
    Case(
        "duplicates in the order: file name, then row",
        {
            "新增会员_20210302_2.csv": csv_file(
                "new_members", {"member_id": "K1"}, {"member_id": "K2", "org_code": "510100"}
            ),
            "新增会员_20210302_1.csv": csv_file(
                "new_members", {"member_id": "K1"}, {"member_id": "K2"}, {"member_id": "K2"}
            ),
        },
        one(2, (3, "duplicate_row"), (1, "duplicate_row"), (2, "duplicate_key")),
    ),
    Case(
        "equal in every landed column: not so in its cells and in ✗ columns",
        {
            "新增会员_20210302.csv": csv_file(
                "new_members", {"joined_on": "2020-03-05 8:00"}, {"joined_on": "2020.3.5"}
            )
        },
        one(1, (2, "duplicate_row")),
    ),
    Case(
        "a row refused for another reason is not kept",
        {
            "新增会员_20210302.csv": csv_file(
                "new_members", {"org_code": "X"}, {}, {"org_code": "X"}, {"org_code": "510100"}
            )
        },
        one(1, (1, "unknown_code"), (3, "unknown_code"), (4, "duplicate_key")),
    ),
]
