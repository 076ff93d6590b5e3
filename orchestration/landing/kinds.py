"""What a file is, as its content tells: a workbook, a page with tables, or text (contract §2)."""

import re
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile, ZipFile

import olefile
from olefile.olefile import OleFileError

from orchestration.landing.outcome import FileRefused
from orchestration.landing.package import DAMAGED_ZIP, main_part, member
from orchestration.language import N_, _

Kind = Literal["text", "page", "xlsx", "xlsb", "xls", "ods"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_CHUNK_BYTES = 1 << 20

_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_TABLE = re.compile(r"<table[\s>/]", re.IGNORECASE)
# A workbook saved as one XML file has tables, too, but no page shows them.
_NO_PAGE = re.compile(r"<(?:\w+:)?workbook[\s>]", re.IGNORECASE)

WANTED = N_("expected a workbook (xlsx, xlsm, xlsb, xls, ods), a page with tables, or text")


def kind_of(path: Path) -> Kind:
    """Tell what a file is, whatever its extension says.

    Raises FileRefused(unreadable): a container that is corrupt, encrypted, or holds something else; OSError.
    """
    with path.open("rb") as file:
        head = file.read(len(_OLE))
    if head.startswith(_ZIP):
        return _kind_of_zip(path)
    if head == _OLE:
        return _kind_of_compound_file(path)
    return "page" if _is_page(path) else "text"


def _kind_of_zip(path: Path) -> Kind:
    try:
        with ZipFile(path) as archive:
            size = path.stat().st_size
            if not all(0 <= entry.header_offset < size for entry in archive.infolist()):
                raise BadZipFile  # to go there is an error of the system's, as if the disk had one
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise FileRefused(
                    "unreadable",
                    _("{wanted}; it is encrypted: save it without a password").format(wanted=_(WANTED)),
                )
            if (name := member(archive, "mimetype")) and _OPEN_DOCUMENT in archive.read(name):
                return "ods"
            main = main_part(archive)
    except DAMAGED_ZIP:
        raise FileRefused(
            "unreadable",
            _("{wanted}; it is a damaged workbook: save or send it again").format(wanted=_(WANTED)),
        ) from None
    if main is None:
        raise FileRefused(
            "unreadable", _("{wanted}; it is an archive that holds no workbook").format(wanted=_(WANTED))
        )
    return "xlsb" if main.lower().endswith(".bin") else "xlsx"


def _kind_of_compound_file(path: Path) -> Kind:
    try:
        with olefile.OleFileIO(path) as ole:
            if ole.exists("EncryptedPackage"):
                raise FileRefused(
                    "unreadable",
                    _("{wanted}; it is encrypted: save it without a password").format(wanted=_(WANTED)),
                )
            if ole.exists("Workbook") or ole.exists("Book"):
                return "xls"
    except (OleFileError, ValueError):  # of a size of sectors with thousands of digits, say
        raise FileRefused(
            "unreadable",
            _("{wanted}; it is a damaged workbook: save or send it again").format(wanted=_(WANTED)),
        ) from None
    raise FileRefused(
        "unreadable", _("{wanted}; it is an Office file that holds no workbook").format(wanted=_(WANTED))
    )


def _is_page(path: Path) -> bool:
    """Whether a file begins with a tag, and has a table."""
    with path.open("rb") as file:
        chunk = file.read(_CHUNK_BYTES)
        encoding = next((name for bom, name in _BOMS.items() if chunk.startswith(bom)), "latin-1")
        text = chunk.decode(encoding, errors="ignore")
        if not text.lstrip("\ufeff\u00ef\u00bb\u00bf \t\r\n").startswith("<") or _NO_PAGE.search(text):
            return False
        while chunk:
            if _TABLE.search(text):
                return True
            chunk = file.read(_CHUNK_BYTES)
            text = text[-10:] + chunk.decode(encoding, errors="ignore")
    return False
