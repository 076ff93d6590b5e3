"""The documents of one release (contract §6): 情况通报, 目标考核, and a sheet for each local organization.

Each has a record beside it: which cell of the published file each of its figures comes from.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.bulletin import assessment, feedback, situation
from orchestration.bulletin.file_names import readable, stems
from orchestration.bulletin.issue import Issue
from orchestration.bulletin.published import Published
from orchestration.bulletin.rendering import About, Form, Rendered
from orchestration.bulletin.templates import chosen
from orchestration.bulletin.tracing import Ledger

SITUATION, ASSESSMENT, FEEDBACK = "情况通报", "目标考核", "单位反馈单"


def write(
    published: Path, into: Path, templates: Path | None = None, issue: Issue | None = None
) -> list[Path]:
    """Write the documents of a published file into the folder `into`; returns their paths and their records'.

    `templates` is the office's own folder of templates, which lie over the shipped ones. Without an `issue`
    they are drafts, marked so on each page. `into` is made where it is not there. Raises UsageFault, in
    Chinese, for a template that asks for what there is not, duckdb.Error and OSError.
    """
    files = chosen(templates)
    into.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(published, read_only=True) as connection:
        data = Published(connection)
        forms = {name: Form(path, _about(name, data, issue)) for name, path in files.items()}
        month = f"{data.as_of_month:%Y-%m}"
        written = []
        for name, context in ((SITUATION, situation.context), (ASSESSMENT, assessment.context)):
            ledger = Ledger()
            rendered = forms[name].fill(context(data, ledger, issue), ledger)
            written += _save(into, f"{name}_{month}", rendered, data)
        written += _write_sheets(data, forms[FEEDBACK], into, f"{FEEDBACK}_{month}", issue)
    return written


def _write_sheets(data: Published, form: Form, into: Path, name: str, issue: Issue | None) -> list[Path]:
    """The sheets in a folder of their own, with one record for all of them."""
    folder = into / name
    folder.mkdir(exist_ok=True)
    written, records = [], []
    orgs = feedback.organizations(data)
    codes = stems(org["org_code"] for org in orgs)
    for org in orgs:
        ledger = Ledger()
        rendered = form.fill(feedback.context(data, ledger, issue, org), ledger)
        path = folder / f"{readable(org['org_name'])}_{codes[org['org_code']]}.docx"
        path.write_bytes(rendered.content)
        written.append(path)
        records += [{"document": path.name, **entry} for entry in rendered.record]
    return [*written, _record(into / f"{name}.json", data, records)]


def _about(name: str, data: Published, issue: Issue | None) -> About:
    marks = ["样例"] if data.release["is_sample"] else []
    marks += ["草稿"] if issue is None else []
    return About(f"{name}_{data.as_of_month:%Y-%m}", data.release["published_at"], "　".join(marks))


def _save(into: Path, name: str, rendered: Rendered, data: Published) -> list[Path]:
    document = into / f"{name}.docx"
    document.write_bytes(rendered.content)
    return [document, _record(into / f"{name}.json", data, rendered.record)]


def _record(path: Path, data: Published, figures: Sequence[Mapping[str, Any]]) -> Path:
    """Write where each figure stands and comes from, a line each."""
    release = {name: _plain(value) for name, value in data.release.values.items()}
    lines = ",\n".join(json.dumps(figure, ensure_ascii=False, separators=(",", ":")) for figure in figures)
    head = json.dumps(release, ensure_ascii=False)
    path.write_text(f'{{"release": {head},\n"figures": [\n{lines}\n]}}\n', encoding="utf-8")
    return path


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
