"""Which requirement, threshold, reading, model and test answers each clause: `docs/clauses.md`, and a seed.

`make clauses` writes both. A test belongs to the clauses that its description names (第九条（二）, 附件1),
or that its argument `clause_id` is.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.home import CHECKOUT, REFERENCE_SEEDS, home_at

PAGE = CHECKOUT / "docs" / "clauses.md"
CLAUSE_TESTS = REFERENCE_SEEDS / "clause_tests.csv"

_NUMERALS = {numeral: n for n, numeral in enumerate("一二三四五六七八九十", 1)}
_NUMERAL = f"[{''.join(_NUMERALS)}]+"
_MENTION = re.compile(rf"第({_NUMERAL})条((?:[、至和]?（{_NUMERAL}）)*)|附件([12一二])")
_ITEM = re.compile(rf"([、至和]?)（({_NUMERAL})）")

Row = Mapping[str, str]


@dataclass(frozen=True, order=True)
class ClauseTest:
    """A dbt test that names a clause."""

    clause_id: str
    test_type: str
    test_name: str


def number_of(numeral: str) -> int:
    """Return the number of a Chinese numeral below one hundred, 十一 → 11."""
    tens, ten, units = numeral.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(units, 0)


def clauses_named(text: str) -> list[str]:
    """Return the clause ids that a text names: 第八条（五）至（七） → 8.5, 8.6, 8.7; 附件1 → annex.1."""
    named: list[str] = []
    for mention in _MENTION.finditer(text):
        numeral, items, annex = mention.groups()
        if annex:
            named.append(f"annex.{_NUMERALS.get(annex, annex)}")
        elif items:
            named += [f"{number_of(numeral)}.{item}" for item in _items(items)]
        else:
            named.append(str(number_of(numeral)))
    return list(dict.fromkeys(named))


def _items(text: str) -> Iterator[int]:
    last = 0
    for joiner, numeral in _ITEM.findall(text):
        item = number_of(numeral)
        yield from range(last + 1, item) if joiner == "至" else ()
        yield item
        last = item


def clause_tests(manifest: Mapping[str, Any]) -> list[ClauseTest]:
    """Return every dbt test with the clauses that it names, in a stable order."""
    units = ((test, "unit") for test in manifest["unit_tests"].values())
    data = ((node, "data") for node in manifest["nodes"].values() if node["resource_type"] == "test")
    found = set()
    for test, test_type in (*units, *data):
        arguments = (test.get("test_metadata") or {}).get("kwargs", {})
        named = [*clauses_named(test.get("description") or ""), *filter(None, [arguments.get("clause_id")])]
        found |= {ClauseTest(clause, test_type, test["name"]) for clause in named}
    return sorted(found)


def csv_text(tests: Iterable[ClauseTest]) -> str:
    """Return the seed `clause_tests` as CSV."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["clause_id", "test_type", "test_name"])
    writer.writerows([test.clause_id, test.test_type, test.test_name] for test in tests)
    return file.getvalue()


def page_text(tests: Iterable[ClauseTest]) -> str:
    """Return the page: each article and item with its words and everything that answers it."""
    seeds = {name: _rows(name) for name in _SEEDS}
    answers = {row["clause_id"]: row["answer"] for row in seeds["clause_answers"]}
    texts = {row["clause_id"]: row for row in seeds["clauses"]}
    missing = [row for row in seeds["clause_answers"] if row["clause_id"] not in texts]
    for row in missing:  # 第七条: the numbering skips it
        texts[row["clause_id"]] = {**row, "item": "", "text": ""}
    tests = list(tests)
    lines = [
        "# 条款覆盖",
        "",
        "川工办字〔2020〕16号逐条：原文、指标、标准、口径、模型和测试。由 `make clauses` 生成，请勿手改。",
    ]
    for clause_id in sorted(texts, key=_order):
        lines += ["", *_section(texts[clause_id], answers.get(clause_id), seeds, tests)]
    return "\n".join(lines) + "\n"


_SEEDS = (
    "clauses",
    "clause_answers",
    "requirements",
    "requirement_measures",
    "requirement_sources",
    "measures",
    "thresholds",
    "readings",
)


def _rows(name: str) -> list[Row]:
    with (REFERENCE_SEEDS / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _order(clause_id: str) -> tuple[bool, list[int]]:
    return clause_id.startswith("annex"), [int(part) for part in clause_id.removeprefix("annex.").split(".")]


def _section(
    clause: Row, answer: str | None, seeds: Mapping[str, list[Row]], tests: list[ClauseTest]
) -> Iterator[str]:
    clause_id = clause["clause_id"]
    requirements = [row for row in seeds["requirements"] if row["clause_id"] == clause_id]
    yield f"## {clause['article']}{clause['item']}（{clause_id}）"
    yield ""
    yield f"> {clause['text']}" if clause["text"] else "> （原文无此条）"
    yield ""
    if answer:
        yield f"- 对应：{answer}"
    for requirement in requirements:
        name = requirement["requirement_id"]
        yield f"- 指标 `{name}` {requirement['title']}：{_threshold(requirement, seeds['thresholds'])}"
        yield f"  - 模型：{'、'.join(f'`{model}`' for model in _models(requirement, seeds))}"
    active = [
        row for row in seeds["readings"] if row["clause_id"] == clause_id and row["is_active"] == "true"
    ]
    for reading in active:
        yield f"- 口径 `{reading['reading_id']}`：`{reading['option']}`。{reading['rationale']}"
    mine = [f"`{test.test_name}`" for test in tests if test.clause_id == clause_id]
    if mine:
        yield f"- 测试 {len(mine)} 个：{'、'.join(mine)}"


def _threshold(requirement: Row, thresholds: list[Row]) -> str:
    rows = [row for row in thresholds if row["requirement_id"] == requirement["requirement_id"]]
    if rows:
        return "，".join(f"{_years(row)} {row['threshold']}" for row in rows)
    return {
        "annex": "附件年度工作安排数（registration_targets）",
        "prescribed": "规定数量（prescribed_quantities），文件未定",
        "none": "未规定标准，仅监测",
    }[requirement["target_source"]]


def _years(row: Row) -> str:
    if not row["year_to"]:
        return f"{row['year_from']} 年及以后"
    return (
        f"{row['year_from']} 年"
        if row["year_from"] == row["year_to"]
        else f"{row['year_from']}–{row['year_to']} 年"
    )


def _models(requirement: Row, seeds: Mapping[str, list[Row]]) -> list[str]:
    """Return the models between the export and the verdict, in the direction of the data."""
    name = requirement["requirement_id"]
    sources = [
        row["source_requirement_id"] for row in seeds["requirement_sources"] if row["requirement_id"] == name
    ]
    exports = {row["measure"]: row["export_name"] for row in seeds["measures"]}
    used = [
        exports[row[component]]
        for row in seeds["requirement_measures"]
        if row["requirement_id"] in (name, *sources)
        for component in ("numerator_measure", "denominator_measure")
        if row[component]
    ]
    flows = [f"int_{export}_by_month" for export in dict.fromkeys(used)]
    judged = "int_verdicts_rolled_up" if sources else "int_verdicts_measured"
    return [*flows, "fct_indicator_values", judged, "fct_verdicts"]


def stale(manifest: Mapping[str, Any]) -> dict[Path, str]:
    """Return the files that are not what the manifest and the seeds make of them, and what they should be."""
    tests = clause_tests(manifest)
    texts = {CLAUSE_TESTS: csv_text(tests), PAGE: page_text(tests)}
    return {
        path: text
        for path, text in texts.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def main() -> None:
    """Write the page and the seed anew where they are stale."""
    from orchestration import dbt_build

    manifest = dbt_build.parse(home_at(None)).writable_manifest().to_dict(omit_none=False)
    for path, text in stale(manifest).items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(CHECKOUT)} written")


if __name__ == "__main__":
    main()
