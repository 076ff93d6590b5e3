"""The office's own templates lie over the shipped ones; what asks for what is not there is refused."""

import shutil
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from orchestration.bulletin import documents
from orchestration.bulletin.templates import PLACEHOLDERS, SHIPPED, check_template, chosen
from orchestration.errors import UsageFault
from orchestration.home import CHECKOUT
from orchestration.maintaining import word_templates
from tests.bulletin.documents.reading import MONTH, whole

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Path]:
    """Make a template: the shipped one, with further paragraphs, each a text or the texts of its runs."""

    def make(*paragraphs: str | tuple[str, ...], name: str = "情况通报") -> Path:
        document = docx.Document(str(SHIPPED / f"{name}.docx"))
        for texts in paragraphs:
            paragraph = document.add_paragraph()
            for text in (texts,) if isinstance(texts, str) else texts:
                paragraph.add_run(text)
        folder = tmp_path / "templates"
        folder.mkdir(exist_ok=True)
        document.save(str(folder / f"{name}.docx"))
        return folder / f"{name}.docx"

    return make


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_the_shipped_templates_can_be_filled_in(name: str) -> None:
    check_template(SHIPPED / f"{name}.docx")


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_the_shipped_templates_are_those_that_the_program_makes(name: str) -> None:
    made = word_templates.content(word_templates.TEMPLATES[name]())
    assert (SHIPPED / f"{name}.docx").read_bytes() == made


@pytest.mark.parametrize(
    ("paragraph", "fault"),
    [
        ("{{ 年月分 }}", "不认识的占位符“年月分”：是否指“年月”"),
        (("{{ 年", "月分 }}"), "不认识的占位符“年月分”"),
        ("{% for 项 in 分项情况 %}{{ 项.标頭 }}{% endfor %}", "不认识的占位符“项.标頭”：是否指“项.标题”"),
        ("{% for 项 in 分项 %}{{ 项 }}{% endfor %}", "不认识的占位符“分项”"),
        ("{% if 定稿 %}定稿{% endif %}", "不认识的占位符“定稿”"),
        ("{{ 截至.日 }}", "不认识的占位符“截至.日”"),
        ("{{ 总体情况 }}", "占位符“总体情况”不是一段文字，要逐个取出"),
        ("{% for 字 in 截至 %}{{ 字 }}{% endfor %}", "“截至”不是一组"),
        ("{% for 段 in 总体情况 %}{{ 段 }}", "占位符写法有误"),
        ("{{ 截至 | 大写 }}", "占位符写法有误"),
        ("{{ 截至[:6] }}", "占位符“截至”只能整个使用"),
        ("{{ 截至 | upper }}", "占位符“截至”只能整个使用"),
        ("见 {{ 附表 }}", "占位符“附表”须独占一段"),
    ],
)
def test_a_wrong_placeholder_is_refused_by_name(
    paragraph: str | tuple[str, ...], fault: str, own: Callable[..., Path]
) -> None:
    with pytest.raises(UsageFault, match=f"情况通报.docx：.*{fault}"):
        check_template(own(paragraph))


def test_a_placeholder_in_a_header_is_checked(own: Callable[..., Path]) -> None:
    template = own()
    document = docx.Document(str(template))
    document.sections[0].header.paragraphs[0].add_run("{{ 密级 }}")
    document.save(str(template))
    with pytest.raises(UsageFault, match="不认识的占位符“密级”"):
        check_template(template)


def test_every_fault_is_told_at_once(own: Callable[..., Path]) -> None:
    with pytest.raises(UsageFault, match=r"(?s)“甲”.*“乙”"):
        check_template(own("{{ 甲 }}", "{{ 乙 }}"))


def test_what_a_placeholder_of_a_loop_is_called_is_the_offices_choice(own: Callable[..., Path]) -> None:
    check_template(own("{% for 甲 in 分项情况 %}{{ loop.index }}{{ 甲.标题 }}{% endfor %}"))


def test_a_template_may_not_leave_out_why_numbers_may_change(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{{ 截至 }}")
    document.save(str(tmp_path / "目标考核.docx"))
    with pytest.raises(UsageFault, match="缺少占位符“草稿说明”"):
        check_template(tmp_path / "目标考核.docx")


def test_a_style_that_the_annexes_need_is_missed(own: Callable[..., Path]) -> None:
    template = own()
    document = docx.Document(str(template))
    document.styles["附表正文"].delete()
    document.save(str(template))
    with pytest.raises(UsageFault, match="缺少段落样式“附表正文”"):
        check_template(template)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("通报.docx", b"", "不是模板的名称，应为 情况通报.docx、目标考核.docx、单位反馈单.docx 之一"),
        ("情况通报.doc", b"", "不是模板的名称"),
        ("情况通报.docx", b"no document", "不是 Word 文档"),
    ],
)
def test_what_is_no_template_is_refused(name: str, content: bytes, fault: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageFault, match=fault):
        chosen(tmp_path)


def test_a_template_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="没有这个文件"):
        check_template(tmp_path / "情况通报.docx")


def test_what_word_leaves_beside_an_open_template_is_none(tmp_path: Path) -> None:
    (tmp_path / "~$情况通报.docx").write_bytes(b"")
    assert chosen(tmp_path) == chosen(None)


@pytest.mark.usefixtures("one_sheet")
def test_the_offices_template_is_used(own: Callable[..., Path], published: Path, tmp_path: Path) -> None:
    template = own("本办公室自拟的话，截至{{ 截至 }}。")
    documents.write(published, tmp_path, template.parent)
    assert "本办公室自拟的话，截至2022年12月31日。" in whole(tmp_path / f"情况通报_{MONTH}.docx")


@pytest.mark.usefixtures("one_sheet")
def test_a_wrong_template_of_the_office_writes_nothing(
    own: Callable[..., Path], published: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageFault, match="不认识的占位符“甲”"):
        documents.write(published, tmp_path / "into", own("{{ 甲 }}").parent)
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize("style_id", ["a7"])
@pytest.mark.usefixtures("one_sheet")
def test_styles_go_by_their_names_whatever_word_calls_them(
    style_id: str, own: Callable[..., Path], published: Path, tmp_path: Path
) -> None:
    template = own()
    document = docx.Document(str(template))
    document.styles["附表正文"].element.set(docx.oxml.ns.qn("w:styleId"), style_id)
    document.save(str(template))
    documents.write(published, tmp_path, template.parent)
    cell = docx.Document(str(tmp_path / f"情况通报_{MONTH}.docx")).tables[0].rows[2].cells[1]
    assert cell.paragraphs[0].style.name == "附表正文"


@pytest.mark.parametrize("language", ["md", "zh-CN.md"])
def test_the_docs_list_every_placeholder(language: str) -> None:
    text = (CHECKOUT / "docs" / f"bulletin.{language}").read_text(encoding="utf-8")
    names = {name for placeholders in PLACEHOLDERS.values() for name in placeholders}
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_one_template_of_the_offices_own_leaves_the_others_as_shipped(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "目标考核.docx", tmp_path)
    assert chosen(tmp_path) == {**chosen(None), "目标考核": tmp_path / "目标考核.docx"}
