"""The Word templates: which there are, which the office has put over them, and what they may ask for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import TemplateError, TemplateSyntaxError, nodes

from orchestration.bulletin.rendering import environment
from orchestration.errors import UsageFault
from orchestration.language import N_, _, listing

SHIPPED = Path(__file__).parent / "templates"

# What a placeholder stands for: a text, a yes or no, whole pages, or a list or a record of such.
TEXT, FLAG, PAGES = "text", "flag", "pages"

_ITEMS = [{"标题": TEXT, "段落": [TEXT]}]
_COMMON: Mapping[str, Any] = {
    "年月": TEXT,
    "年度": TEXT,
    "截至": TEXT,
    "批次": TEXT,
    "发文字号": TEXT,
    "成文日期": TEXT,
    "草稿": FLAG,
    "草稿说明": [TEXT],
    "更正": [TEXT],
    "数据说明": [TEXT],
}
_LINE = dict.fromkeys(("条款", "指标", "完成值", "标准", "还差", "结论"), TEXT)

PLACEHOLDERS: Mapping[str, Mapping[str, Any]] = {
    "情况通报": {
        **_COMMON,
        "总体情况": [TEXT],
        "分项情况": _ITEMS,
        "存在问题": _ITEMS,
        "附件": [{"标题": TEXT}],
        "附表": PAGES,
    },
    "目标考核": {
        **_COMMON,
        "部门表": [{"名称": TEXT, "小结": TEXT, "指标": [{**_LINE, "说明": TEXT}]}],
    },
    "单位反馈单": {
        **_COMMON,
        "单位": {"名称": TEXT, "提示": [TEXT], "指标": [{**_LINE, "位次": TEXT, "比上月": TEXT}]},
    },
}
"""By template: the placeholders it may use. A list is one of `{%p for … in … %}`."""

_REQUIRED = ("草稿说明",)
"""Without these a document could pass for more than it is."""
_STYLES_OF_PAGES = ("附件序号", "附件标题", "附表单位", "附表表头", "附表单位名", "附表正文")

_HELP = N_("docs/bulletin.md lists the placeholders of each template")


def chosen(own: Path | None) -> dict[str, Path]:
    """Return each template's file: the office's own from the folder `own`, else the shipped one.

    Raises UsageFault for a file there that is no template, or asks for what there is not.
    """
    found = {name: SHIPPED / f"{name}.docx" for name in PLACEHOLDERS}
    if own is None or not own.is_dir():
        return found
    for path in sorted(own.iterdir()):
        if path.name.startswith((".", "~$")) or not path.is_file():
            continue
        check_template(path)
        found[path.stem] = path
    return found


def check_template(path: Path) -> None:
    """Check that a template asks for nothing that its document has not.

    Raises UsageFault, a line for each fault: a name that no template has, a file that is no Word
    document, a tag that is not closed, a placeholder that does not exist or is used as what it is not.
    """
    faults = [_("{file}: {fault}").format(file=path.name, fault=fault) for fault in _faults(path)]
    if faults:
        raise UsageFault(*faults, _(_HELP))


def _faults(path: Path) -> Iterator[str]:
    allowed = PLACEHOLDERS.get(path.stem)
    if allowed is None or path.suffix != ".docx":
        names = listing(f"{name}.docx" for name in PLACEHOLDERS)
        yield _("it is no template's name: call it one of {names}").format(names=names)
        return
    if not path.exists():
        yield _("there is no such file")
        return
    try:
        template = DocxTemplate(str(path))
        template.init_docx()
    except Exception:  # whatever a library makes of a file that is none
        yield _("it is no Word document (.docx): open it with Word, and save it as .docx")
        return
    checker = _Checker(allowed)
    for xml in _parts(template):
        try:
            environment().from_string(xml)  # filters are looked up here
            checker.visit(environment().parse(xml), {})
        except TemplateSyntaxError as error:
            yield _("a placeholder is misspelt ({reason}), in the paragraph “{paragraph}”").format(
                reason=error.message, paragraph=_text_around(xml, error.lineno)
            )
            return
        except TemplateError as error:
            yield _("a placeholder is misspelt ({reason})").format(reason=error.message)
            return
    yield from checker.faults
    missing = _(
        "the placeholder “{name}” is missing: without it the document does not say that its data are not "
        "final, or a sample"
    )
    yield from (missing.format(name=name) for name in _REQUIRED if name not in checker.used)
    yield from _faults_of_pages(template, allowed)


def _parts(template: DocxTemplate) -> Iterator[str]:
    """The template's text as Jinja reads it: body, headers, footers."""
    yield _by_paragraph(template.patch_xml(template.get_xml()))
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _id, part in template.get_headers_footers(uri):
            yield _by_paragraph(template.patch_xml(template.get_part_xml(part)))


def _by_paragraph(xml: str) -> str:
    """A line for each paragraph: then a fault's line is a paragraph."""
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", xml.replace("\n", " "))


def _text_around(xml: str, line: int) -> str:
    return re.sub(r"<[^>]+>", "", xml.splitlines()[line - 1]).strip()[:60]


def _faults_of_pages(template: DocxTemplate, allowed: Mapping[str, Any]) -> Iterator[str]:
    """What takes whole pages stands in a paragraph of its own, and in styles that the template has."""
    for name, what in allowed.items():
        if what != PAGES:
            continue
        for paragraph in template.docx.element.body.iter(qn("w:p")):
            text = "".join(element.text or "" for element in paragraph.iter(qn("w:t"))).strip()
            if re.search(rf"{{{{p?\s*{name}\s*}}}}", text) and not re.fullmatch(
                rf"{{{{p\s+{name}\s*}}}}", text
            ):
                message = _("the placeholder “{name}” needs a paragraph to itself, written as {written}")
                yield message.format(name=name, written=f"{{{{p {name} }}}}")
        styles = {style.name for style in template.docx.styles}
        for style in _STYLES_OF_PAGES:
            if style not in styles:
                yield _("the paragraph style “{style}” is missing, which {name} needs").format(
                    style=style, name=name
                )


_ANYTHING = object()
"""Of what is no placeholder: a literal, `loop`."""


@dataclass
class _Checker:
    """Walks through a template and holds each name against what there is."""

    allowed: Mapping[str, Any]
    faults: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def visit(self, node: nodes.Node, scope: Mapping[str, Any]) -> None:
        """Check a node and what lies in it; `scope` has the names that loops have given."""
        if isinstance(node, nodes.For):
            self._loop(node, scope)
        elif isinstance(node, nodes.Output):
            for shown in node.nodes:
                if not isinstance(shown, nodes.TemplateData):
                    self._shown(shown, scope)
        elif isinstance(node, nodes.Expr):
            self._what(node, scope)
        else:
            for child in node.iter_child_nodes():
                self.visit(child, scope)

    def _loop(self, node: nodes.For, scope: Mapping[str, Any]) -> None:
        every = self._what(node.iter, scope)
        if every is not _ANYTHING and not isinstance(every, list):
            self._fault(_("“{name}” is no list: for cannot go through it").format(name=_spelled(node.iter)))
        one = every[0] if isinstance(every, list) else _ANYTHING
        inner = {**scope, _spelled(node.target): one, "loop": _ANYTHING}
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            self.visit(child, inner)

    def _shown(self, node: nodes.Node, scope: Mapping[str, Any]) -> None:
        what = self._what(node, scope)
        if isinstance(what, list | dict):
            fault = (
                _("the placeholder “{name}” is no text: go through it one by one")
                if isinstance(what, list)
                else _("the placeholder “{name}” is no text: take one of its parts")
            )
            self._fault(fault.format(name=_spelled(node)))

    def _what(self, node: nodes.Node, scope: Mapping[str, Any]) -> Any:
        """What an expression stands for."""
        if isinstance(node, nodes.Name):
            self.used.add(node.name)
            if node.name in scope:
                return scope[node.name]
            return self._known(node.name, self.allowed)
        if isinstance(node, nodes.Getattr):
            whole = self._what(node.node, scope)
            if whole is _ANYTHING:
                return _ANYTHING
            if not isinstance(whole, dict):
                self._fault(_("there is no placeholder “{name}”").format(name=_spelled(node)))
                return _ANYTHING
            return self._known(node.attr, whole, f"{_spelled(node.node)}.")
        parts = [self._what(child, scope) for child in node.iter_child_nodes()]
        if isinstance(node, nodes.Filter | nodes.Getitem) and TEXT in parts:
            whole = next(node.find_all(nodes.Name)).name
            self._fault(
                _("the placeholder “{name}” can only be used whole, not cut or worked on").format(name=whole)
            )
        return _ANYTHING

    def _known(self, name: str, known: Mapping[str, Any], before: str = "") -> Any:
        if name in known:
            return known[name]
        near = get_close_matches(name, known, n=3, cutoff=0.4)
        asked = f"{before}{name}"
        if near:
            meant = listing((f"“{before}{each}”" for each in near), N_(" or "))
            self._fault(_("there is no placeholder “{name}”: is it {near}?").format(name=asked, near=meant))
        else:
            self._fault(_("there is no placeholder “{name}”").format(name=asked))
        return _ANYTHING

    def _fault(self, fault: str) -> None:
        if fault not in self.faults:
            self.faults.append(fault)


def _spelled(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_spelled(node.node)}.{node.attr}"
    return type(node).__name__.lower()
