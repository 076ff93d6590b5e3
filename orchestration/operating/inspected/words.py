"""What a check found, in the words of a clerk."""

import re

from orchestration.landing.bench import Form
from orchestration.landing.inspection import InspectedSnapshot
from orchestration.landing.outcome import Fault, HeaderMiss, Notice

KINDS = {
    "text": "文本",
    "page": "HTML 网页",
    "xlsx": "xlsx 工作簿",
    "xlsb": "xlsb 工作簿",
    "xls": "xls 工作簿",
    "ods": "ods 工作簿",
}
_EXTENSIONS = {
    "text": ("csv", "txt", "tsv"),
    "page": ("htm", "html"),
    "xlsx": ("xlsx", "xlsm", "et"),
    "xlsb": ("xlsb", "et"),
    "xls": ("xls", "et"),
    "ods": ("ods", "et"),
}
_ENCODINGS = {"utf-8": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030（GBK）"}
_SEPARATORS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线"}

# Why a row is refused, and what to do: the labels are those of quality_labels.csv.
REFUSALS = {
    "missing_required": ("必填为空", "在平台上补全，再重新导出"),
    "bad_format": (
        "格式读不出",
        "日期写成 2021-03-02，数字只写数字，编号列设为文本；改掉错误单元格和多出的单元格",
    ),
    "bad_value": ("值不在列表或为负", "改成规定的写法；写法没错的，请办公室把它加到 spellings.csv"),
    "unknown_code": (
        "编码不存在",
        "改正编码；编码没错的，请办公室加到 organizations.csv、modules.csv 或 spellings.csv",
    ),
    "date_order": ("日期先后颠倒", "在平台上改正，结束不能早于开始"),
    "future_date": ("晚于导出日", "在平台上改正；文件名里的日期写错的，改文件名"),
    "status_conflict": ("状态与日期矛盾", "在平台上补齐时间，或改正状态"),
    "duplicate_row": ("整行重复", "查清为何重复；只取了第一行"),
    "duplicate_key": ("主键重复", "查清哪一行对，删去其余；只取了第一行"),
}

FAULTS = {
    "unknown_export": ("认不出是哪种导出", "把文件名开头改成导出的名称，或从文件夹里拿走"),
    "no_export_date": ("文件名里没有可用的导出日期", "在名称后写上导出当天的日期，如 办件_20210302.xlsx"),
    "unreadable": ("文件读不了", "打开看看：重新导出，或另存为 .xlsx 或 CSV UTF-8"),
    "missing_columns": (
        "表头不对",
        "带全部列重新导出；只是表头叫法不同的，请办公室在 spellings.csv 各加一行",
    ),
    "too_many_rejects": ("退回的行太多", "按退回清单改正，再重新导出"),
    "shrunk": ("比已入库的少得多", "多半只导了一部分或只导了新增的：请全部重新导出"),
}

_UNREADABLE = (
    (r"one of the extensions", "不认得这种扩展名"),
    (r"the file is empty", "文件是空的"),
    (r"NUL characters", "文件里有不该有的字符（NUL），多半没有传完或不是文本"),
    (r"expected UTF-8, UTF-16", "不是 UTF-8、UTF-16 或 GB18030 编码的文本"),
    (r"encrypted: save", "工作簿有密码：去掉密码再保存"),
    (r"damaged workbook", "工作簿已损坏：重新保存或重新发送"),
    (r"archive that holds no workbook", "是压缩包，里面没有工作簿"),
    (r"Office file that holds no workbook", "是 Office 文件，却不是工作簿"),
    (r"neither corrupt nor encrypted", "工作簿已损坏或有密码"),
    (r"GB of memory|times as large", "工作簿大得读不了：删去远处的单元格，或另存为 CSV UTF-8"),
    (r"at most \d+ columns", "列太多：删去右边远处的单元格"),
    (
        r"no cell of over|in a row of a table|tables (on a page|within)|text in cells over",
        "网页里的表格太大：另存为 .xlsx 或 CSV UTF-8",
    ),
    (r"quotes? .*on line (\d+)", "第 {} 行开始的引号没有配好，会吞掉后面的行"),
    (r"changed while it was read", "读的时候文件还在变：等它传完"),
    (r"cannot be read", "没有权限读，或文件已不在"),
)

NOTICES = {
    "not_a_file": "不是文件，略过",
    "unfinished": "没有下载完，略过",
    "older": "已有更新的 {}，略过",
    "older_than_landed": "已入库的是 {} 的，比它新，略过",
    "copy": "与 {} 完全相同，略过",
    "hidden_sheet": "工作表“{}”是隐藏的，略过",
    "sheet_without_header": "工作表“{}”没有表头，略过",
    "table_without_header": "第 {} 个表格没有表头，略过",
    "perhaps_cut_off": "行数正好是软件的上限，可能被截断：与平台核对最后一行",
}


def form_words(form: Form | None, extension: str) -> str:
    """What a file is, its encoding and separator, and whether its extension says otherwise."""
    if form is None:
        return "认不出"
    told = [KINDS[form.kind]]
    if form.encoding:
        damaged = "，有个别字解不出" if form.encoding.damaged else ""
        told.append(f"编码 {_ENCODINGS[form.encoding.name]}{damaged}")
    if form.separator:
        told.append(f"以{_SEPARATORS[form.separator]}分隔")
    return "，".join(told) + (f"。{amiss}" if (amiss := extension_amiss(form, extension)) else "")


def extension_amiss(form: Form, extension: str) -> str:
    """The sentence on an extension that says something else than the content; blank where it fits."""
    if extension in _EXTENSIONS[form.kind]:
        return ""
    kind = KINDS[form.kind]
    return f"您的文件是{' ' * kind[0].isascii()}{kind}，扩展名却是 .{extension}（按内容读）"


def notice_words(notice: Notice) -> str:
    """Why a file, sheet or table is passed over."""
    return NOTICES[notice.why].format(notice.other)


def fault_words(fault: Fault, snapshot: InspectedSnapshot | None = None, *, with_cells: bool = True) -> str:
    """Why a file or snapshot cannot land. `with_cells`: what stands in the place of a header is told, too."""
    label = FAULTS[fault.reason][0]
    return f"{label}：{told}" if (told := _details(fault, snapshot, with_cells)) else label


def advice_words(fault: Fault) -> str:
    """What to do about a fault."""
    if fault.miss and fault.miss.twice and not fault.miss.missing:
        return "两列只留一列，删去或改名另一列"
    return FAULTS[fault.reason][1]


def _details(fault: Fault, snapshot: InspectedSnapshot | None, with_cells: bool) -> str:
    match fault.reason:
        case "missing_columns" if fault.miss:
            return _miss_words(fault.miss, with_cells)
        case "unreadable":
            for pattern, words in _UNREADABLE:
                if found := re.search(pattern, fault.message):
                    return words.format(*found.groups())
        case "too_many_rejects" if snapshot and snapshot.rows_rejected is not None:
            read = (snapshot.rows_landed or 0) + snapshot.rows_rejected
            return f"读入 {read:,} 行，退回 {snapshot.rows_rejected:,} 行，超过 5%"
        case "shrunk" if snapshot and snapshot.before and snapshot.rows_landed is not None:
            before, now = snapshot.before.rows_landed, snapshot.rows_landed
            if 10 * now < 9 * before:
                return f"已入库 {before:,} 行，这次只有 {now:,} 行可入库"
            return f"已入库的 {before:,} 行里，超过一成在这次的文件中找不到"
    return ""


def _miss_words(miss: HeaderMiss, with_cells: bool) -> str:
    told = []
    if miss.missing:
        nearest = dict(miss.nearest) if with_cells else {}
        columns = [
            f"{header}（最接近的是 {nearest[header]}）" if header in nearest else header
            for header in miss.missing
        ]
        told.append(f"有 {len(columns)} 列与表头不符：{'、'.join(columns)}")
        used = {cell for _, cell in miss.nearest}
        if with_cells and (others := [cell for cell in miss.others if cell and cell not in used]):
            told.append(f"没有用上的表头：{'、'.join(others[:10])}")
    if miss.twice:
        told.append(f"出现两次的列：{'、'.join(miss.twice)}")
    return "；".join(told)
