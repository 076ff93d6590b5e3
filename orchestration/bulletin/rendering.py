"""A template and its context become a Word document, and a record of where its figures stand.

Equal contexts give equal files, to the byte: neither the clock nor the library has a say.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, Template, TemplateError

from orchestration.bulletin.tracing import Ledger, Span, is_marked, unmarked
from orchestration.errors import UsageFault
from orchestration.language import _

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_CONTENT_TYPES, _DOCUMENT = "[Content_Types].xml", "word/document.xml"
_PARAGRAPH, _GRID, _ROW, _CELL, _TEXT = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc", "t"))
_STYLE, _VALUE = qn("w:pStyle"), qn("w:val")

Place = Mapping[str, Any]


@dataclass(frozen=True)
class About:
    """What a document says of itself beside its text."""

    title: str
    written_at: datetime
    """When its release was published."""
    mark: str
    """What stands across each page; blank: nothing."""


@dataclass(frozen=True)
class Rendered:
    """A finished document: the file's bytes, and each figure's place and source."""

    content: bytes
    record: list[dict[str, Any]]


def environment() -> Environment:
    """Return the Jinja2 of the templates: what a template asks for must be there."""
    return Environment(undefined=StrictUndefined, autoescape=True)


class Form:
    """A template made ready once, to be filled in once or for each of a hundred organizations.

    docxtpl reads the template's tags; what does not change from document to document is done here.
    """

    def __init__(self, template: Path, about: About):
        self._template = template
        self._docxtpl = DocxTemplate(str(template))
        document = self._docxtpl.get_docx()
        if about.mark:
            _mark_pages(document, about.mark)
        _describe(document, about)
        self._styles = {style.name: style.style_id for style in document.styles}
        self._parts = _parts(document)
        self._forms = dict(self._compiled(document))
        self._skeleton: BaseOxmlElement = parse_xml(self._parts[_DOCUMENT])

    def fill(self, context: Mapping[str, Any], ledger: Ledger) -> Rendered:
        """Fill it in. Raises UsageFault where it asks for what it cannot have."""
        parts = dict(self._parts)
        record: list[dict[str, Any]] = []
        for name, form in sorted(self._forms.items()):
            try:
                xml = form.render(context)
            except (TemplateError, TypeError) as fault:
                raise UsageFault(
                    _(
                        "the template {file} cannot be filled in: {fault}; check it with gonghui bulletin "
                        "check-template"
                    ).format(file=self._template, fault=fault)
                ) from None
            root = self._tree(name, xml)
            for place, span in _take_marks(name, root):
                entry = {"place": {**place, "start": span.start}, "text": span.text}
                record.append({**entry, **ledger.sources[span.figure].as_json()})
            parts[name] = serialize_part_xml(root)
        return Rendered(_zipped(parts), record)

    def _compiled(self, document: Document) -> Iterator[tuple[str, Template]]:
        """The parts that have text, by their names in the file, as Jinja has them."""
        jinja = environment()
        yield _DOCUMENT, jinja.from_string(self._docxtpl.patch_xml(self._docxtpl.get_xml()))
        for part in _running_parts(document):
            xml = self._docxtpl.patch_xml(serialize_part_xml(part.element).decode())
            yield str(part.partname).lstrip("/"), jinja.from_string(xml)

    def _tree(self, name: str, xml: str) -> BaseOxmlElement:
        if name != _DOCUMENT:
            return parse_xml(xml.encode())
        root = deepcopy(self._skeleton)
        body = self._docxtpl.fix_tables(xml)
        self._docxtpl.docx_ids_index = 1000
        self._docxtpl.fix_docpr_ids(body)
        root.replace(root.body, body)
        self._name_styles(root)
        return root

    def _name_styles(self, root: BaseOxmlElement) -> None:
        """What was made for any template names its styles; in a file they go by ids of Word's choice."""
        for element in root.iter(_STYLE):
            name = element.get(_VALUE)
            element.set(_VALUE, self._styles.get(name, name))


def _describe(document: Document, about: About) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = about.title, "", ""
    properties.created = properties.modified = about.written_at
    properties.revision = 1


def _take_marks(part: str, root: BaseOxmlElement) -> Iterator[tuple[Place, Span]]:
    """Take the marks out of a part; yields each figure with its place, counted from 1."""
    if part != _DOCUMENT:
        for number, paragraph in enumerate(root.iter(_PARAGRAPH), 1):
            yield from _of_paragraph(paragraph, {"part": part, "paragraph": number})
        return
    paragraphs = grids = 0
    for child in root.body:
        if child.tag == _PARAGRAPH:
            paragraphs += 1
            yield from _of_paragraph(child, {"paragraph": paragraphs})
        elif child.tag == _GRID:
            grids += 1
            yield from _of_grid(child, grids)


def _of_grid(table: BaseOxmlElement, grid: int) -> Iterator[tuple[Place, Span]]:
    for row_number, row in enumerate(table.iterchildren(_ROW), 1):
        for cell_number, cell in enumerate(row.iterchildren(_CELL), 1):
            for number, paragraph in enumerate(cell.iter(_PARAGRAPH), 1):
                place = {"grid": grid, "row": row_number, "cell": cell_number, "paragraph": number}
                yield from _of_paragraph(paragraph, place)


def _of_paragraph(paragraph: BaseOxmlElement, place: Place) -> Iterator[tuple[Place, Span]]:
    length = 0
    for element in paragraph.iter(_TEXT):
        text = element.text or ""
        if is_marked(text):
            text, spans = unmarked(text)
            if is_marked(text):
                raise UsageFault(_("the template takes a number apart: a placeholder can only be used whole"))
            element.text = text
            for span in spans:
                yield place, Span(length + span.start, span.text, span.figure)
        length += len(text)


def _running_parts(document: Document) -> list[Any]:
    """The headers and footers."""
    return [
        relation.target_part
        for _id, relation in sorted(document.part.rels.items())
        if not relation.is_external and relation.reltype.endswith(("/header", "/footer"))
    ]


# -- the mark across the page


def _mark_pages(document: Document, mark: str) -> None:
    """Put `mark` behind the text of each page, as Word's own watermark: into each header there is."""
    has_even_pages = bool(document.settings.odd_and_even_pages_header_footer)
    number = 0
    for index, section in enumerate(document.sections):
        for header in _headers(section, has_even_pages):
            if header.is_linked_to_previous:
                if index:
                    continue  # it shows that of the section before
                header.is_linked_to_previous = False
            number += 1
            if not header.paragraphs:
                header.add_paragraph()
            header.paragraphs[0]._p.append(
                parse_xml(_WATERMARK.format(number=number, mark=mark, width=_WIDE * len(mark)))
            )


def _headers(section: Section, has_even_pages: bool) -> Iterator[Any]:
    yield section.header
    if has_even_pages:
        yield section.even_page_header
    if section.different_first_page_header_footer:
        yield section.first_page_header


_WIDE = 84
"""How wide a letter of the mark is, in points: five of them go across the text of an A4 page."""
_WATERMARK = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:w10="urn:schemas-microsoft-com:office:word"><w:rPr><w:noProof/></w:rPr><w:pict>'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
    ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
    '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800"'
    ' o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{number}" type="#_x0000_t136"'
    ' style="position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:110pt;rotation:315;'
    "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f"'
    ' fillcolor="#d0d0d0" stroked="f"><v:fill opacity=".5"/>'
    '<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{mark}"/>'
    '<w10:wrap anchorx="margin" anchory="margin"/></v:shape></w:pict></w:r>'
)


# -- the file


def plain_file(document: Document) -> bytes:
    """Return the file of a document: equal documents give equal files."""
    return _zipped(_parts(document))


def _parts(document: Document) -> dict[str, bytes]:
    saved = io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as file:
        return {name: file.read(name) for name in file.namelist()}


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    """A file of these parts, in one order, and with no time in it."""
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as target:
        # Who opens it looks at the content types first.
        for name in sorted(parts, key=lambda name: (name != _CONTENT_TYPES, name)):
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, parts[name])
    return plain.getvalue()
