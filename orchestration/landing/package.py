"""The parts of a zipped workbook, found by their relationships and never by name (OPC, ISO 29500-2).

Writers name them as they like: in the root, in folders of other names, with backslashes.
"""

import io
import lzma
import struct
import zlib
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, BadZipFile, LargeZipFile, ZipFile

# What zipfile and its codecs raise over a damaged archive. UnicodeDecodeError: a name in it.
DAMAGED_ZIP = (
    BadZipFile,
    LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    UnicodeDecodeError,
    ElementTree.ParseError,
)
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CHUNK_BYTES = 1 << 20

# Where the parts that calamine reads usually lie; those in _BY_NAME it finds nowhere else.
_FOLDERS = {
    "worksheet": "worksheets/sheet{number}",
    "chartsheet": "chartsheets/sheet{number}",
    "dialogsheet": "dialogsheets/sheet{number}",
    "xlMacrosheet": "macrosheets/sheet{number}",
    "styles": "styles",
    "sharedStrings": "sharedStrings",
}
_BY_NAME = ("styles", "sharedStrings")


@dataclass(frozen=True)
class Relationship:
    """What a part points at: the kind, as its type ends, the name of the part in the archive, and how the
    target is spelled.
    """

    id: str
    kind: str
    member: str
    target: str

    @property
    def is_as_calamine_reads_it(self) -> bool:
        """Whether calamine makes the same name of the target."""
        return "xl/" + self.target.removeprefix("/").removeprefix("xl/") == self.member


def member(archive: ZipFile, part: str) -> str | None:
    """The name that a part has in an archive; case, kind and number of slashes do not matter."""
    wanted = _plain(part)
    return next((name for name in archive.namelist() if _plain(name) == wanted), None)


def _plain(name: str) -> str:
    return normpath("/" + name.replace("\\", "/")).lstrip("/").casefold()


def relationships(archive: ZipFile, of: str = "") -> list[Relationship]:
    """What a part points at, where that is there; of no part, what the package begins with."""
    place = _plain(of) if of else ""
    rels = member(archive, join(dirname(place), "_rels", f"{place.rpartition('/')[2]}.rels"))
    if rels is None:
        return []
    found = []
    for each in ElementTree.fromstring(archive.read(rels)).iterfind("{*}Relationship"):
        spelled = each.get("Target", "")
        target = spelled.replace("\\", "/")
        if each.get("TargetMode") == "External" or not target:
            continue
        # Some writers give targets from the root without the slash that says so.
        name = member(archive, join("/", dirname(place), target)) or member(archive, target)
        if name is not None:
            found.append(
                Relationship(each.get("Id", ""), each.get("Type", "").rpartition("/")[2], name, spelled)
            )
    return found


def main_part(archive: ZipFile) -> str | None:
    """The name of the workbook's own part in an archive, None where there is none."""
    return next((each.member for each in relationships(archive) if each.kind == "officeDocument"), None)


def conventional(archive: ZipFile) -> io.BytesIO | None:
    """The same workbook with its parts named as most writers name them; None where they are.

    calamine looks for some of them by name. The copy is compressed, and about as large as the file.
    """
    main = main_part(archive)
    if main is None:
        return None
    suffix = "bin" if main.lower().endswith(".bin") else "xml"
    links = [link for link in relationships(archive, main) if link.kind in _FOLDERS]
    members = list(dict.fromkeys(link.member for link in links))
    named = {main: f"xl/workbook.{suffix}"}
    for link in links:
        number = members.index(link.member) + 1
        named[link.member] = f"xl/{_FOLDERS[link.kind].format(number=number)}.{suffix}"
    is_usual = all(
        link.member == named[link.member] if link.kind in _BY_NAME else link.is_as_calamine_reads_it
        for link in links
    )
    if main == named[main] and is_usual and "_rels/.rels" in archive.namelist():
        return None
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED, compresslevel=1) as copy:
        copy.writestr("_rels/.rels", _spelled([("main", "officeDocument", named[main])]))
        of_main = [(link.id, link.kind, f"/{named[link.member]}") for link in links]
        copy.writestr(f"xl/_rels/workbook.{suffix}.rels", _spelled(of_main))
        for name, wanted in named.items():
            with archive.open(name) as source, copy.open(wanted, "w", force_zip64=True) as target:
                while chunk := source.read(_CHUNK_BYTES):
                    target.write(chunk)
    return content


def _spelled(links: list[tuple[str, str, str]]) -> bytes:
    root = ElementTree.Element("Relationships", xmlns=_RELATIONSHIPS)
    for id_, kind, target in links:
        ElementTree.SubElement(root, "Relationship", Id=id_, Type=f"{_OFFICE}/{kind}", Target=target)
    return ElementTree.tostring(root, encoding="utf-8")
