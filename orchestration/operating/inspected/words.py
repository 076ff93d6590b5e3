"""What a check found, in the words of a clerk."""

import re
from typing import NamedTuple

from orchestration.landing.bench import Form
from orchestration.landing.inspection import InspectedSnapshot
from orchestration.landing.outcome import Fault, HeaderMiss, Notice
from orchestration.language import N_, _, english, listing, ngettext, sequence

KINDS = {
    "text": N_("text"),
    "page": N_("HTML page"),
    "xlsx": N_("xlsx workbook"),
    "xlsb": N_("xlsb workbook"),
    "xls": N_("xls workbook"),
    "ods": N_("ods workbook"),
}
_EXTENSIONS = {
    "text": ("csv", "txt", "tsv"),
    "page": ("htm", "html"),
    "xlsx": ("xlsx", "xlsm", "et"),
    "xlsb": ("xlsb", "et"),
    "xls": ("xls", "et"),
    "ods": ("ods", "et"),
}
_ENCODINGS = {"utf-8": N_("UTF-8"), "utf-16": N_("UTF-16"), "gb18030": N_("GB18030 (GBK)")}
_SEPARATORS = {",": N_("comma"), "\t": N_("tab"), ";": N_("semicolon"), "|": N_("vertical bar")}


class Words(NamedTuple):
    """Why something is refused, and what to do about it, as the catalogue has them."""

    why: str
    remedy: str


# Of a row. In Chinese the reasons are those of quality_labels.csv.
REFUSALS = {
    "missing_required": Words(
        N_("required and blank"), N_("fill it in on the platform, and export once more")
    ),
    "bad_format": Words(
        N_("cannot be read"),
        N_(
            "write dates as 2021-03-02, numbers as digits alone, have columns of codes as text; mend cells "
            "with errors, and cells too many"
        ),
    ),
    "bad_value": Words(
        N_("not listed, or negative"),
        N_("write it as prescribed; where it is right, ask the office to add it to spellings.csv"),
    ),
    "unknown_code": Words(
        N_("no such code"),
        N_(
            "correct the code; where it is right, ask the office to add it to organizations.csv, modules.csv "
            "or spellings.csv"
        ),
    ),
    "date_order": Words(
        N_("dates in the wrong order"), N_("correct it on the platform: nothing ends before it begins")
    ),
    "future_date": Words(
        N_("after the day of the export"),
        N_("correct it on the platform; where the date in the name is wrong, rename the file"),
    ),
    "status_conflict": Words(
        N_("status and dates contradict each other"),
        N_("fill in the time on the platform, or correct the status"),
    ),
    "duplicate_row": Words(N_("the same row again"), N_("find out why; only the first row was taken")),
    "duplicate_key": Words(
        N_("the same key again"),
        N_("find out which row is right, and delete the others; only the first row was taken"),
    ),
}

# Of a file or snapshot.
FAULTS = {
    "unknown_export": Words(
        N_("nobody knows which export it is"),
        N_("begin the file's name with that of the export, or take it out of the folder"),
    ),
    "no_export_date": Words(
        N_("no usable export date in the name"),
        N_("write the day of the export after the name, like {example}"),
    ),
    "unreadable": Words(
        N_("it cannot be read"),
        N_("open it and look: export once more, or save it as .xlsx or CSV UTF-8"),
    ),
    "missing_columns": Words(
        N_("its header is wrong"),
        N_(
            "export once more with every column; where a header is but called otherwise, ask the office to "
            "add a row for each to spellings.csv"
        ),
    ),
    "too_many_rejects": Words(
        N_("too many rows refused"), N_("mend the rows of the list, and export once more")
    ),
    "shrunk": Words(
        N_("far less than what is landed"),
        N_("perhaps only a part was exported, or only what is new: export all of it once more"),
    ),
}

_UNREADABLE = (
    (r"one of the extensions", N_("nobody knows this extension")),
    (r"the file is empty", N_("the file is empty")),
    (
        r"NUL characters",
        N_("there are characters in it that should not be (NUL): perhaps half of it came, or it is no text"),
    ),
    (r"expected UTF-8, UTF-16", N_("it is no text in UTF-8, UTF-16 or GB18030")),
    (r"encrypted: save", N_("the workbook has a password: save it without")),
    (r"damaged workbook", N_("the workbook is damaged: save or send it again")),
    (r"archive that holds no workbook", N_("it is an archive, and no workbook is in it")),
    (r"Office file that holds no workbook", N_("it is an Office file, and no workbook")),
    (r"neither corrupt nor encrypted", N_("the workbook is damaged, or has a password")),
    (
        r"GB of memory|times as large",
        N_("the workbook is too large: delete cells far away, or save it as CSV UTF-8"),
    ),
    (r"at most \d+ columns", N_("too many columns: delete the cells far to the right")),
    (
        r"no cell of over|in a row of a table|tables (on a page|within)|text in cells over",
        N_("a table of the page is too large: save it as .xlsx or CSV UTF-8"),
    ),
    (
        r"quotes? .*on line (?P<line>\d+)",
        N_("the quote that opens on line {line} is never closed, and would swallow the rows after it"),
    ),
    (r"changed while it was read", N_("it changes while it is read: wait until it is complete")),
    (r"cannot be read", N_("one may not read it, or it is gone")),
)

NOTICES = {
    "not_a_file": N_("no file, passed over"),
    "unfinished": N_("a download that is not complete, passed over"),
    "older": N_("{other} is newer, passed over"),
    "older_than_landed": N_("the one landed is of {other}, newer than this, passed over"),
    "copy": N_("the same as {other}, passed over"),
    "hidden_sheet": N_("sheet “{other}” is hidden, passed over"),
    "sheet_without_header": N_("sheet “{other}” has no header, passed over"),
    "table_without_header": N_("table {other} has no header, passed over"),
    "perhaps_cut_off": N_(
        "just as many rows as a program can hold, it may be cut off: compare the last row with the platform"
    ),
}
_AMISS = {
    "text": N_("Your file is text, but has the extension .{extension} (it is read as what it is)"),
    "page": N_("Your file is an HTML page, but has the extension .{extension} (it is read as what it is)"),
    "xlsx": N_(
        "Your file is an xlsx workbook, but has the extension .{extension} (it is read as what it is)"
    ),
    "xlsb": N_(
        "Your file is an xlsb workbook, but has the extension .{extension} (it is read as what it is)"
    ),
    "xls": N_("Your file is an xls workbook, but has the extension .{extension} (it is read as what it is)"),
    "ods": N_("Your file is an ods workbook, but has the extension .{extension} (it is read as what it is)"),
}


def form_words(form: Form | None, extension: str) -> str:
    """What a file is, its encoding and separator, and whether its extension says otherwise."""
    if form is None:
        return _("nobody knows what it is")
    told = [_(KINDS[form.kind])]
    if form.encoding:
        told.append(_("encoded in {encoding}").format(encoding=_(_ENCODINGS[form.encoding.name])))
        told += [_("with some characters that nobody can read")] if form.encoding.damaged else []
    if form.separator:
        told.append(_("separated by {separator}").format(separator=_(_SEPARATORS[form.separator])))
    all_told = sequence(told)
    amiss = extension_amiss(form, extension)
    return _("{told}. {amiss}").format(told=all_told, amiss=amiss) if amiss else all_told


def extension_amiss(form: Form, extension: str) -> str:
    """The sentence on an extension that says something else than the content; blank where it fits."""
    if extension in _EXTENSIONS[form.kind]:
        return ""
    return _(_AMISS[form.kind]).format(extension=extension)


def notice_words(notice: Notice) -> str:
    """Why a file, sheet or table is passed over."""
    return _(NOTICES[notice.why]).format(other=notice.other)


def fault_words(fault: Fault, snapshot: InspectedSnapshot | None = None, *, with_cells: bool = True) -> str:
    """Why a file or snapshot cannot land. `with_cells`: what stands in the place of a header is told, too."""
    why = _(FAULTS[fault.reason].why)
    details = _details(fault, snapshot, with_cells)
    return _("{why}: {details}").format(why=why, details=details) if details else why


def advice_words(fault: Fault) -> str:
    """What to do about a fault."""
    if fault.miss and not fault.miss.missing:
        return _("keep one of the two columns, delete or rename the other")
    return _(FAULTS[fault.reason].remedy).format(example="办件_20210302.xlsx")


def _details(fault: Fault, snapshot: InspectedSnapshot | None, with_cells: bool) -> str:
    match fault.reason:
        case "missing_columns" if fault.miss:
            return _miss_words(fault.miss, with_cells)
        case "unreadable":
            for pattern, words in _UNREADABLE:
                if found := re.search(pattern, english(fault.message)):
                    return _(words).format(**found.groupdict())
        case "too_many_rejects" if snapshot and snapshot.rows_read is not None:
            return _("{read:,} rows read, {refused:,} refused, over 5%").format(
                read=snapshot.rows_read, refused=snapshot.rows_rejected
            )
        case "shrunk" if snapshot and snapshot.before and snapshot.rows_landed is not None:
            before, now = snapshot.before.rows_landed, snapshot.rows_landed
            if 10 * now < 9 * before:
                return _("{before:,} rows are landed, and only {now:,} can land now").format(
                    before=before, now=now
                )
            return _("of the {before:,} rows landed over a tenth is not in these files").format(before=before)
    return ""


def _miss_words(miss: HeaderMiss, with_cells: bool) -> str:
    told: list[str] = []
    nearest_cells = dict(miss.nearest)
    if miss.missing:
        nearest = nearest_cells if with_cells else {}
        columns: list[str] = [
            _("{column} (nearest is {cell})").format(column=header, cell=nearest[header])
            if header in nearest
            else header
            for header in miss.missing
        ]
        message = ngettext(
            "{count} column is not in the header: {columns}",
            "{count} columns are not in the header: {columns}",
            len(columns),
        )
        told.append(message.format(count=len(columns), columns=listing(columns)))
        used = set(nearest_cells.values())
        if with_cells and (others := [cell for cell in miss.others if cell and cell not in used]):
            told.append(_("headers of no column: {cells}").format(cells=listing(others[:10])))
    if miss.twice:
        told.append(_("columns that stand twice: {columns}").format(columns=listing(miss.twice)))
    return listing(told, N_("; "))
