"""The Word templates of `orchestration/bulletin/templates/` (`make templates`).

The layout is that of GB/T 9704-2012: A4, type area 156 mm × 225 mm, 22 lines of 28 characters, title in 2号
小标宋, text in 3号 仿宋, headings in 黑体 and 楷体, page numbers in 4号 宋体 at the outer edges, 版记 at the
foot of the last page. The office edits the result in Word; a change for everybody is made here.
"""

import re
from collections.abc import Sequence
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from orchestration.bulletin.rendering import plain_file
from orchestration.bulletin.templates import SHIPPED

TITLE_FONT, BODY_FONT = "方正小标宋简体", "仿宋_GB2312"
HEADING_FONT, SECOND_FONT, PLAIN_FONT = "黑体", "楷体_GB2312", "宋体"
LATIN_FONT = "Times New Roman"
_INSTEAD = {
    TITLE_FONT: "方正小标宋_GBK;小标宋;华文中宋;宋体",
    BODY_FONT: "仿宋;华文仿宋;FangSong",
    SECOND_FONT: "楷体;华文楷体;KaiTi",
    HEADING_FONT: "SimHei;微软雅黑",
    PLAIN_FONT: "SimSun",
}
"""What Word takes where a font is not installed."""

_SIZES = {"2号": 22, "3号": 16, "4号": 14, "小4号": 12, "5号": 10.5, "小5号": 9, "6号": 7.5}
_LINE = Pt(28.95)  # 225 mm are 22 of them
_OFFICE = "四川省工会网上工作平台建设推进领导小组办公室"
_REGULATION = "《四川省工会网上工作平台使用推广三年（2020-2022）工作安排》（川工办字〔2020〕16号）"
_PRINTER = "四川省总工会办公室"
_RED = RGBColor(0xE6, 0x00, 0x12)

_FACE = {
    "小标宋": TITLE_FONT,
    "仿宋": BODY_FONT,
    "黑体": HEADING_FONT,
    "楷体": SECOND_FONT,
    "宋体": PLAIN_FONT,
}

# name, face, size, alignment, line in points (0: that of the text), characters the first line is indented by
_STYLES = (
    ("发文机关", "小标宋", 36, ALIGN.CENTER, 46, 0),
    ("发文字号", "仿宋", "3号", ALIGN.CENTER, 0, 0),
    ("公文标题", "小标宋", "2号", ALIGN.CENTER, 33, 0),
    ("标题月份", "楷体", "3号", ALIGN.CENTER, 0, 0),
    ("草稿提示", "楷体", "4号", ALIGN.JUSTIFY, 22, 2),
    ("主送机关", "仿宋", "3号", ALIGN.LEFT, 0, 0),
    ("公文正文", "仿宋", "3号", ALIGN.JUSTIFY, 0, 2),
    ("一级标题", "黑体", "3号", ALIGN.JUSTIFY, 0, 2),
    ("二级标题", "楷体", "3号", ALIGN.JUSTIFY, 0, 2),
    ("附件首行", "仿宋", "3号", ALIGN.LEFT, 0, 0),
    ("附件次行", "仿宋", "3号", ALIGN.LEFT, 0, 0),
    ("落款", "仿宋", "3号", ALIGN.RIGHT, 0, 0),
    ("附件序号", "黑体", "3号", ALIGN.LEFT, 22, 0),
    ("附件标题", "小标宋", 18, ALIGN.CENTER, 26, 0),
    ("附表单位", "宋体", "小5号", ALIGN.RIGHT, 13, 0),
    ("附表表头", "黑体", "6号", ALIGN.CENTER, 10, 0),
    ("附表单位名", "宋体", 8, ALIGN.LEFT, 10.5, 0),
    ("附表正文", "宋体", 8, ALIGN.CENTER, 10.5, 0),
    ("版记", "仿宋", "4号", ALIGN.LEFT, 24, 0),
    ("表名", "小标宋", 20, ALIGN.CENTER, 30, 0),
    ("表注", "仿宋", "5号", ALIGN.JUSTIFY, 15, 0),
    ("表头", "黑体", "5号", ALIGN.CENTER, 15, 0),
    ("表文", "仿宋", "小5号", ALIGN.CENTER, 11.5, 0),
    ("表文左", "仿宋", "小5号", ALIGN.LEFT, 11.5, 0),
    ("页码", "宋体", "4号", ALIGN.RIGHT, 18, 0),
)


def situation() -> Document:
    """The template of the 情况通报 (第十二条)."""
    document = _new()
    add = document.add_paragraph
    add(_OFFICE[:11], "发文机关")
    add(_OFFICE[11:], "发文机关")
    add("", "发文字号")
    add("{% if 草稿 %}（发文字号待定）{% else %}{{ 发文字号 }}{% endif %}", "发文字号")
    _red_line(add("", "发文字号"))
    add("四川省工会网上工作平台监测评价", "公文标题")
    add("情 况 通 报", "公文标题")
    add("（{{ 年月 }}）", "标题月份")
    _each(document, "句", "草稿说明", "草稿提示")
    add("", "公文正文")
    add("各市（州）总工会，省产业（局）、企业集团（公司）工会：", "主送机关")
    _each(document, "句", "更正", "公文正文")
    add(
        f"根据{_REGULATION}第十二条规定，现将截至{{{{ 截至 }}}}的监测评价数据和有关情况通报如下。"
        f"{_inline('数据说明')}",
        "公文正文",
    )
    add("一、总体情况", "一级标题")
    _each(document, "段", "总体情况", "公文正文")
    for heading, items in (("二、分项情况", "分项情况"), ("三、存在问题", "存在问题")):
        add(heading, "一级标题")
        add(f"{{%p for 项 in {items} %}}", "公文正文")
        add("{{ 项.标题 }}", "二级标题")
        _each(document, "段", "项.段落", "公文正文")
        add("{%p endfor %}", "公文正文")
        if items == "存在问题":
            add("{%p if not 存在问题 %}", "公文正文")
            add("本期未发现需要通报的问题。", "公文正文")
            add("{%p endif %}", "公文正文")
    add("四、下一步工作要求", "一级标题")
    for words in (
        "各市（州）总工会、省产业（局）、企业集团（公司）工会要对照《工作安排》第九条所列标准和附件所列差距，"
        "逐项查明原因，明确责任和时限，抓好整改落实。",
        "数据缺报、迟报的单位要按时导出报送；被退回的数据要逐行核对更正，于下次导出时一并报送。",
        "省总机关有关部门（产业）要按照《工作安排》第八条，对所指导单位加强督促指导。",
    ):
        add(words, "公文正文")
    add("", "公文正文")
    add("{%p for 附 in 附件 %}", "公文正文")
    add("{%p if loop.first %}", "公文正文")
    add("附件：{{ 附.标题 }}", "附件首行")
    add("{%p else %}", "公文正文")
    add("{{ 附.标题 }}", "附件次行")
    add("{%p endif %}", "公文正文")
    add("{%p endfor %}", "公文正文")
    add("", "公文正文")
    add(_OFFICE, "落款").paragraph_format.right_indent = Pt(32)
    date = add("{% if 草稿 %}（成文日期待定）{% else %}{{ 成文日期 }}{% endif %}", "落款")
    date.paragraph_format.right_indent = Pt(64)
    _landscape(document.add_section(WD_SECTION.NEW_PAGE))
    add("{{p 附表 }}", "附表正文")
    _portrait(document.add_section(WD_SECTION.NEW_PAGE))
    _imprint(document)
    return _finished(document)


def assessment() -> Document:
    """The template of the 目标考核 (第十一条): a page for each department."""
    document = _new()
    _for_a_form(document.sections[0])
    add = document.add_paragraph
    add("{%p for 部门 in 部门表 %}", "表注")
    add("省总机关部门（产业）、直属单位", "表名").paragraph_format.page_break_before = True
    add("平台使用推广工作年度目标考核表", "表名")
    add("单位：{{ 部门.名称 }}　　　截至：{{ 截至 }}", "表注")
    table = _table(
        document, ("条款", "指标", "完成值", "标准", "还差", "结论", "说明"), (24, 39, 15, 13, 14, 15, 56)
    )
    _rows(
        table,
        "行 in 部门.指标",
        (
            "{{ 行.条款 }}",
            "{{ 行.指标 }}",
            "{{ 行.完成值 }}",
            "{{ 行.标准 }}",
            "{{ 行.还差 }}",
            "{{ 行.结论 }}",
            "{{ 行.说明 }}",
        ),
        left=(1, 6),
    )
    add("{{ 部门.小结 }}", "表注")
    add(
        f"依据{_REGULATION}第八条、第十一条。{_inline('数据说明', '草稿说明', '更正')}",
        "表注",
    )
    add(
        "领导小组办公室（盖章）：　　　　　　　　　　　目标考核职能部门（盖章）：",
        "表注",
    ).paragraph_format.space_before = Pt(14)
    add("{%p endfor %}", "表注")
    return _finished(document)


def feedback() -> Document:
    """The template of the 单位反馈单: one page, sent to one local organization."""
    document = _new()
    _for_a_form(document.sections[0])
    add = document.add_paragraph
    add("四川省工会网上工作平台监测评价", "表名")
    add("单 位 反 馈 单", "表名")
    add("单位：{{ 单位.名称 }}　　　截至：{{ 截至 }}", "表注")
    table = _table(
        document,
        ("条款", "指标", "完成值", "标准", "还差", "结论", "位次", "比上月"),
        (24, 46, 21, 19, 20, 15, 15, 16),
    )
    _rows(
        table,
        "行 in 单位.指标",
        tuple(
            f"{{{{ 行.{name} }}}}"
            for name in ("条款", "指标", "完成值", "标准", "还差", "结论", "位次", "比上月")
        ),
        left=(1,),
    )
    _each(document, "句", "单位.提示", "表注")
    add("位次为同类单位中的名次和参加排名的单位数；比上月一栏，比例以百分点计，其余以该项单位计。", "表注")
    add(
        f"依据{_REGULATION}第九条、第十二条。{_inline('数据说明', '草稿说明', '更正')}",
        "表注",
    )
    add(_OFFICE, "表注").alignment = ALIGN.RIGHT
    return _finished(document)


TEMPLATES = {"情况通报": situation, "目标考核": assessment, "单位反馈单": feedback}


def main() -> None:
    """Write them anew."""
    for name, make in TEMPLATES.items():
        (SHIPPED / f"{name}.docx").write_bytes(content(make()))


def content(document: Document) -> bytes:
    """Return the file of a template: equal layouts give equal files."""
    return plain_file(document)


# -- the page

_UNUSED = ("/thumbnail", "/numbering", "/stylesWithEffects", "/customXml", "/webSettings", "/theme")
"""Of the library's own blank document."""


def _new() -> Document:
    document = docx.Document()
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    _styles(document)
    _fonts(document)
    document.settings.odd_and_even_pages_header_footer = True
    _portrait(document.sections[0])
    _page_numbers(document.sections[0])
    return document


def _finished(document: Document) -> Document:
    for owner in (document.part.package, document.part):
        for key, relation in list(owner.rels.items()):
            if relation.reltype.endswith(_UNUSED):
                del owner.rels[key]
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "", "", ""
    return document


def _portrait(section: Section) -> None:
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(22)
    _grid(section)


def _for_a_form(section: Section) -> None:
    """A form of one page needs more room than a text."""
    section.top_margin, section.bottom_margin = Mm(22), Mm(24)
    section.left_margin, section.right_margin = Mm(18), Mm(16)
    section.footer_distance = Mm(12)


def _landscape(section: Section) -> None:
    """The page turned: its type area is 225 mm × 156 mm, the binding at its top."""
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(28), Mm(26)
    section.left_margin, section.right_margin = Mm(37), Mm(35)
    section.header_distance, section.footer_distance = Mm(12), Mm(14)
    _grid(section)


def _grid(section: Section) -> None:
    """22 lines to the page."""
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    grid = OxmlElement("w:docGrid")
    for name, value in (("type", "lines"), ("linePitch", "579")):
        grid.set(qn(f"w:{name}"), value)
    section._sectPr.append(grid)


def _page_numbers(section: Section) -> None:
    """`— 1 —` at the outer edge, one character in."""
    for footer, alignment in ((section.footer, ALIGN.RIGHT), (section.even_page_footer, ALIGN.LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style, paragraph.alignment = "页码", alignment
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
        paragraph.add_run("— ")
        field = parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        )
        paragraph._p.append(field)
        paragraph.add_run(" —")


# -- styles and fonts

_KEPT = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Header", "Footer", "Table Grid"}


def _styles(document: Document) -> None:
    for unused in [style for style in document.styles if style.name not in _KEPT]:
        unused.delete()
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for fonts in defaults.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        _set_fonts(fonts, BODY_FONT)
    normal = document.styles["Normal"]
    _face(normal, BODY_FONT, 16)
    normal.paragraph_format.space_after = Pt(0)
    for name, face, size, alignment, line, indent in _STYLES:
        style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = normal, True
        _face(style, _FACE[str(face)], _SIZES[size] if isinstance(size, str) else float(size))
        layout = style.paragraph_format
        layout.alignment = alignment
        layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        layout.line_spacing = Pt(line) if line else _LINE
        layout.space_before = layout.space_after = Pt(0)
        if size == "3号":
            _tighten(style)
        if indent:
            _indent(style.element.get_or_add_pPr(), firstLineChars=indent * 100)
    styles = document.styles
    styles["发文机关"].font.color.rgb = _RED
    _no_grid(styles)
    # 附件：1．… begins two characters in; those after it stand below the first one's number.
    _indent(styles["附件首行"].element.get_or_add_pPr(), leftChars=600, hangingChars=400)
    _indent(styles["附件次行"].element.get_or_add_pPr(), leftChars=600, hangingChars=100)
    for name in ("附件首行", "附件次行"):
        styles[name].paragraph_format.right_indent = Pt(16)
    for name in ("一级标题", "二级标题", "附件序号", "附件标题", "表名"):
        styles[name].paragraph_format.keep_with_next = True
    for name in ("附表单位", "附表表头", "附表单位名", "附表正文", "表头", "表文", "表文左"):
        styles[name].paragraph_format.widow_control = False


def _no_grid(styles: Any) -> None:
    """Tables and small print keep their own distances."""
    for name, *_ in _STYLES:
        if name.startswith(("附表", "表", "附件序号", "附件标题", "草稿", "发文机关", "页码", "版记")):
            properties = styles[name].element.get_or_add_pPr()
            snap = OxmlElement("w:snapToGrid")
            snap.set(qn("w:val"), "0")
            properties.insert_element_before(snap, "w:spacing", "w:ind", "w:jc")


def _indent(properties: Any, **characters: int) -> None:
    """In hundredths of a character, as Word has it, and in twentieths of a point for who knows only those."""
    indent = properties.get_or_add_ind()
    for name, value in characters.items():
        indent.set(qn(f"w:{name}"), str(value))
        indent.set(qn(f"w:{name.removesuffix('Chars')}"), str(value * 16 * 20 // 100))


def _face(style: Any, font: str, size: float) -> None:
    style.font.size = Pt(size)
    _set_fonts(style.element.get_or_add_rPr().get_or_add_rFonts(), font)


def _tighten(style: Any) -> None:
    """28 characters to the line: in 3号 they stand a quarter of a point closer than they are wide."""
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), "-5")
    style.element.get_or_add_rPr().insert_element_before(spacing, "w:sz", "w:szCs")


def _set_fonts(fonts: Any, font: str) -> None:
    for name, value in (("ascii", LATIN_FONT), ("hAnsi", LATIN_FONT), ("cs", LATIN_FONT), ("eastAsia", font)):
        fonts.set(qn(f"w:{name}"), value)


def _fonts(document: Document) -> None:
    """The font table: what to take where a font is missing."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/>'
        f'<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, instead in _INSTEAD.items()
    )
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            relation.target_part._blob = (
                f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
                f"<w:fonts {nsdecls('w')}>{fonts}</w:fonts>"
            ).encode()


# -- parts of documents


def _each(document: Document, one: str, every: str, style: str) -> None:
    """A paragraph for each of a list."""
    document.add_paragraph(f"{{%p for {one} in {every} %}}", style)
    document.add_paragraph(f"{{{{ {one} }}}}", style)
    document.add_paragraph("{%p endfor %}", style)


def _inline(*lists: str) -> str:
    """The sentences of lists, within a paragraph."""
    return "".join(f"{{% for 句 in {every} %}}{{{{ 句 }}}}{{% endfor %}}" for every in lists)


def _red_line(paragraph: Paragraph) -> None:
    borders = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="18" w:space="1" w:color="E60012"/></w:pBdr>'
    )
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")
    paragraph.paragraph_format.line_spacing = Pt(8)
    paragraph.paragraph_format.space_after = Pt(24)


def _table(document: Document, headers: Sequence[str], widths: Sequence[int]) -> Table:
    table = document.add_table(1, len(headers), "Table Grid")
    table.autofit = False
    for column, (header, width) in enumerate(zip(headers, widths, strict=True)):
        table.columns[column].width = Mm(width)
        _fill(table.rows[0].cells[column], header, "表头", width)
    _repeated(table)
    _set_of_table(table, _CELL_MARGINS)
    return table


_CELL_MARGINS = '<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar>'
_ORDER = ("tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblLook")
"""Of the properties of a table, as the format wants them."""


def _set_of_table(table: Table, *properties: str) -> None:
    own = table._tbl.tblPr
    for xml in properties:
        own.append(parse_xml(re.sub(r"^<[^ />]+", rf"\g<0> {nsdecls('w')}", xml)))
    own[:] = sorted(own, key=lambda element: _ORDER.index(element.tag.partition("}")[2]))


def _rows(table: Table, loop: str, cells: Sequence[str], left: Sequence[int]) -> None:
    """A row for each of a list."""
    widths = [round((column.width or 0) / Mm(1)) for column in table.columns]
    for text in (f"{{%tr for {loop} %}}", None, "{%tr endfor %}"):
        row = table.add_row()
        texts = cells if text is None else [text, *[""] * (len(cells) - 1)]
        for column, said in enumerate(texts):
            _fill(row.cells[column], said, "表文左" if column in left else "表文", widths[column])
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))


def _fill(cell: _Cell, text: str, style: str, width: int) -> None:
    cell.width = Mm(width)
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    cell.paragraphs[0].style = style
    cell.paragraphs[0].add_run(text)


def _repeated(table: Table) -> None:
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    properties.append(OxmlElement("w:tblHeader"))


def _imprint(document: Document) -> None:
    """版记: at the foot of the last page, between two thick rules, a thin one within."""
    document.add_paragraph("", "版记").paragraph_format.line_spacing = Pt(540)  # down to the foot
    table = document.add_table(2, 1)
    table.autofit = False
    cells = [row.cells[0] for row in table.rows]
    for cell, text in zip(
        cells,
        (
            "抄送：省总工会主管领导，省总机关各部门（产业）、直属单位。",
            f"{_PRINTER}\t{{% if 草稿 %}}（印发日期待定）{{% else %}}{{{{ 成文日期 }}}}印发{{% endif %}}",
        ),
        strict=True,
    ):
        _fill(cell, text, "版记", 156)
        cell.paragraphs[0].paragraph_format.left_indent = Pt(14 * 4)
        cell.paragraphs[0].paragraph_format.first_line_indent = Pt(-14 * 3)
        cell.paragraphs[0].paragraph_format.right_indent = Pt(14)
    cells[1].paragraphs[0].paragraph_format.left_indent = Pt(14)
    cells[1].paragraphs[0].paragraph_format.first_line_indent = Pt(0)
    cells[1].paragraphs[0].paragraph_format.tab_stops.add_tab_stop(Mm(146), WD_TAB_ALIGNMENT.RIGHT)
    _set_of_table(
        table,
        '<w:tblBorders><w:top w:val="single" w:sz="8"/><w:bottom w:val="single" w:sz="8"/>'
        '<w:insideH w:val="single" w:sz="6"/></w:tblBorders>',
    )
    document.add_paragraph("", "版记").paragraph_format.line_spacing = Pt(1)


if __name__ == "__main__":
    main()
