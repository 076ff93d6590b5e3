"""The parts of a zipped workbook, found as its relationships say; a copy of it named as calamine needs it."""

import zipfile
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from orchestration.landing import package
from orchestration.landing.package import (
    Relationship,
    conventional,
    main_part,
    member,
    relationships,
)

TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def rels(*links: tuple[str, str, str], more: str = "") -> str:
    """A part of relationships: id, kind, target."""
    elements = "".join(f'<Relationship Id="{i}" Type="{TYPES}/{k}" Target="{t}"/>' for i, k, t in links)
    return f'<Relationships xmlns="{package._RELATIONSHIPS}">{elements}{more}</Relationships>'


def archive(parts: dict[str, str]) -> ZipFile:
    """An archive with these parts, open to be read."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as written:
        for name, text in parts.items():
            written.writestr(name, text)
    return ZipFile(content)


def book(
    main: str = "xl/workbook.xml", root: str = "_rels/.rels", **parts: tuple[str, str]
) -> dict[str, str]:
    """The parts of a workbook; `parts`: by kind, how the target is spelled and the name of the part."""
    folder, _, name = main.rpartition("/")
    links = [(f"r{number}", kind, target) for number, (kind, (target, _)) in enumerate(parts.items())]
    return {
        root: rels(("main", "officeDocument", main)),
        main: "the workbook",
        f"{folder}/_rels/{name}.rels".lstrip("/"): rels(*links),
        **{part: f"the {kind}" for kind, (_, part) in parts.items()},
    }


SHEET = ("worksheets/sheet1.xml", "xl/worksheets/sheet1.xml")
STYLES = ("styles.xml", "xl/styles.xml")


@pytest.mark.parametrize(
    ("part", "name"),
    [("b/C.xml", "b/c.XML"), ("/b//c.xml", "b/c.XML"), ("b\\c.xml", "b/c.XML"), ("e.xml", "\\e.xml")],
)
def test_a_part_is_found_however_its_name_is_written(part: str, name: str) -> None:
    with archive(dict.fromkeys(("a.xml", "z.xml", "b/c.XML", "\\e.xml"), "")) as parts:
        assert member(parts, part) == name
        assert member(parts, "b/c") is None


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("c.xml", "xl/c.xml"),
        ("../a.xml", "a.xml"),
        ("/a.xml", "a.xml"),
        ("a.xml", "a.xml"),
        ("xl\\c.xml", "xl/c.xml"),
        ("s/d.xml", "xl/s/d.xml"),
        ("", None),
        ("no.xml", None),
    ],
)
def test_a_relationship_is_followed_from_its_part_or_from_the_root(target: str, name: str | None) -> None:
    links = rels(("r1", "styles", target), more='<Relationship Target="c.xml" TargetMode="External"/>')
    parts = {
        "xl/": "",
        "a.xml": "",
        "xl/b.xml": "",
        "xl/c.xml": "",
        "xl/s/d.xml": "",
        "xl/_rels/b.xml.rels": links,
    }
    with archive(parts) as opened:
        expected = [Relationship("r1", "styles", name, target)] if name else []
        assert relationships(opened, "xl/b.xml") == expected
        assert relationships(opened, "a.xml") == []


def test_the_main_part_is_the_one_of_an_office_document() -> None:
    links = rels(("a", "thumbnail", "a.png"), ("b", "officeDocument", "b.xml"), ("c", "zoo", "c.xml"))
    with archive({"_rels/.rels": links, "a.png": "", "b.xml": "", "c.xml": ""}) as opened:
        assert main_part(opened) == "b.xml"
    with archive({"b.xml": ""}) as opened:
        assert main_part(opened) is None
        assert conventional(opened) is None


@pytest.mark.parametrize(
    ("name", "target", "expected"),
    [
        ("xl/a.xml", "a.xml", True),
        ("xl/a.xml", "xl/a.xml", True),
        ("xl/a.xml", "/xl/a.xml", True),
        ("xl/a.xml", "b.xml", False),
        ("xl/b.xml", "a.xml", False),
        ("xl/a.xml", "../xl/a.xml", False),
    ],
)
def test_calamine_looks_for_a_target_below_the_folder_xl(name: str, target: str, expected: bool) -> None:
    assert Relationship("r", "styles", name, target).is_as_calamine_reads_it == expected


@pytest.mark.parametrize(
    "parts",
    [
        book(worksheet=SHEET, styles=STYLES),
        book(worksheet=("/xl/s1.xml", "xl/s1.xml")),
        book(worksheet=SHEET, theme=("../t.xml", "t.xml")),
        book("xl/workbook.bin", worksheet=SHEET),
    ],
    ids=["usual", "another sheet's name", "what calamine does not read", "binary"],
)
def test_a_workbook_that_calamine_finds_its_way_in_is_not_copied(parts: dict[str, str]) -> None:
    with archive(parts) as opened:
        assert conventional(opened) is None


@pytest.mark.parametrize(
    "parts",
    [
        book("b.xml", worksheet=("s.xml", "s.xml"), styles=("f.xml", "f.xml")),
        book("xl/a.xml", worksheet=SHEET, styles=STYLES),
        book("xl/z.xml", worksheet=SHEET, styles=STYLES),
        book(worksheet=("../s.xml", "s.xml"), styles=STYLES),
        book(worksheet=SHEET, styles=("a.xml", "xl/a.xml")),
        book(worksheet=SHEET, styles=("z.xml", "xl/z.xml")),
        book(root="_RELS/.rels", worksheet=SHEET, styles=STYLES),
    ],
    ids=["all elsewhere", "main before", "main behind", "sheet", "styles before", "styles behind", "root"],
)
def test_any_other_workbook_is_copied_with_its_parts_where_calamine_looks(parts: dict[str, str]) -> None:
    with archive(parts) as opened:
        content = conventional(opened)
    assert content is not None
    with ZipFile(content) as copy:
        assert {name: copy.read(name) for name in copy.namelist() if not name.endswith(".rels")} == {
            "xl/workbook.xml": b"the workbook",
            "xl/worksheets/sheet1.xml": b"the worksheet",
            "xl/styles.xml": b"the styles",
        }
        assert main_part(copy) == "xl/workbook.xml"
        assert relationships(copy, "xl/workbook.xml") == [
            Relationship("r0", "worksheet", "xl/worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml"),
            Relationship("r1", "styles", "xl/styles.xml", "/xl/styles.xml"),
        ]


def test_sheets_of_a_copy_are_numbered_as_they_come_and_a_part_named_twice_is_one() -> None:
    links = rels(*((f"r{n}", "worksheet", f"{part}.bin") for n, part in enumerate("bab")))
    parts = {"_rels/.rels": rels(("m", "officeDocument", "w.BIN")), "w.BIN": "", "_rels/w.BIN.rels": links}
    with archive({**parts, "a.bin": "A", "b.bin": "B"}) as opened:
        content = conventional(opened)
    assert content is not None
    with ZipFile(content) as copy:
        assert [(link.id, copy.read(link.member)) for link in relationships(copy, "xl/workbook.bin")] == [
            ("r0", b"B"),
            ("r1", b"A"),
            ("r2", b"B"),
        ]
        assert "xl/worksheets/sheet2.bin" in copy.namelist()


def test_a_part_is_copied_whatever_its_size_and_takes_no_more_room_than_it_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10_000)  # of two gigabytes
    monkeypatch.setattr(package, "_CHUNK_BYTES", 999)
    text = "".join(map(str, range(10_000)))
    with archive({**book("b.xml", worksheet=("s.xml", "s.xml")), "s.xml": text}) as opened:
        content = conventional(opened)
    assert content is not None and len(content.getvalue()) < len(text) // 2
    with ZipFile(content) as copy:
        assert copy.read("xl/worksheets/sheet1.xml").decode() == text
