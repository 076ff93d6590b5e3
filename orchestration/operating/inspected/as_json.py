"""What a check found as JSON: its keys stay (docs/operations.md, "Try a file before it lands")."""

import json
from typing import Any

from orchestration.landing import Inspection
from orchestration.landing.inspection import InspectedFile, InspectedPart, InspectedSnapshot
from orchestration.landing.outcome import Fault
from orchestration.language import in_english
from orchestration.operating.inspected.words import extension_amiss

_FIRST = 3


def as_json(found: Inspection, wrong: str | None) -> str:
    """Return what `gonghui check --json` prints; `wrong` is what else would have a refresh refused."""
    told = {
        "ok": not found.faults and wrong is None,
        "snapshots": [_snapshot(one) for one in found.snapshots],
        "landed_already": list(found.landed),
        "notices": [
            {"file": notice.file, "why": notice.why, "other": notice.other or None, "message": str(notice)}
            for notice in found.notices
        ],
        "faults": [_fault(fault) for fault in found.faults],
        "refused": wrong,
    }
    return json.dumps(in_english(told), ensure_ascii=False, indent=2)


def _snapshot(one: InspectedSnapshot) -> dict[str, Any]:
    return {
        "export_name": one.export_name,
        "name": one.chinese,
        "export_date": one.export_date.isoformat(),
        "ok": not one.faults,
        "rows_read": one.rows_read,
        "rows_landed": one.rows_landed,
        "rows_rejected": one.rows_rejected,
        "rows_landed_before": one.before.rows_landed if one.before else None,
        "files": [_file(file) for file in one.files],
        "unknown_spellings": [
            {
                "column_name": each.column,
                "header": each.header,
                "spelling": each.spelling,
                "rows": each.rows,
                "nearest": each.nearest,
            }
            for each in one.unknown
        ],
    }


def _file(file: InspectedFile) -> dict[str, Any]:
    form = file.form
    encoding = form.encoding if form else None
    return {
        "file": file.name,
        "kind": form.kind if form else None,
        "extension": file.extension,
        "extension_fits": not extension_amiss(form, file.extension) if form else None,
        "encoding": encoding.name if encoding else None,
        "damaged": encoding.damaged if encoding else None,
        "separator": form.separator if form else None,
        "fault": _fault(file.fault) if file.fault else None,
        "parts": [_part(part) for part in file.parts],
    }


def _part(part: InspectedPart) -> dict[str, Any]:
    return {
        "sheet": part.sheet,
        "header_row": part.header_row,
        "columns": [
            {"column_name": column.name or None, "header": column.header, "found_as": column.found_as}
            for column in part.columns
        ],
        "rows_read": part.rows_read,
        "rows_rejected": part.rows_refused,
        "rejected": [
            {
                "reason": one.reason,
                "column_name": one.column or None,
                "header": one.header or None,
                "rows": one.rows,
                "first_rows": list(one.numbers[:_FIRST]),
            }
            for one in part.refused
        ],
    }


def _fault(fault: Fault) -> dict[str, Any]:
    miss = fault.miss
    told: dict[str, Any] = {"reason": fault.reason, "file": fault.file, "message": fault.message}
    if miss:
        told["missing"] = [
            {"header": header, "nearest": dict(miss.nearest).get(header)} for header in miss.missing
        ]
        told["twice"] = list(miss.twice)
    return told
