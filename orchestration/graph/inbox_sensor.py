"""Starts a refresh when a snapshot has arrived in the inbox: once for each, and not before it is complete."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Self

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration import landing, reference
from orchestration.graph.arrival import files_in, fingerprint, open_to_write
from orchestration.home import INBOX_VARIABLE, home_at, inbox_at, reference_at
from orchestration.reference import ReferenceSeeds

SECONDS_BETWEEN_LOOKS = 30


@dataclass(frozen=True)
class _Memory:
    """What one look leaves to the next."""

    seen: str = ""
    """The fingerprint of the inbox."""
    judged: bool = False
    """Whether what was seen has been compared with what is landed, which may mean reading it."""
    asked: str = ""
    """The fingerprint of the snapshots that a refresh was last asked for."""

    @classmethod
    def of(cls, cursor: str | None) -> Self:
        """What a look of this version left; empty where there was none."""
        try:
            return cls(**json.loads(cursor or "{}"))
        except (TypeError, ValueError):
            return cls()


def build_inbox_sensor(job: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """Return the sensor that looks into GONGHUI_INBOX and starts `job`.

    A snapshot that is refused is not tried again before its files change or another arrives; one that has
    landed is not tried at all.
    """

    @dg.sensor(
        job=job,
        minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="收件箱到齐：有新快照且各文件都已写完时刷新，每个快照只触发一次",
    )
    def inbox_arrivals(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        memory, outcome = _look(_Memory.of(context.cursor))
        context.update_cursor(json.dumps(asdict(memory)))
        return outcome

    return inbox_arrivals


def _look(before: _Memory) -> tuple[_Memory, dg.RunRequest | dg.SkipReason]:
    inbox = inbox_at(None)
    if inbox is None or not inbox.is_dir():
        where = inbox or f"{INBOX_VARIABLE} 未设置"
        return before, dg.SkipReason(f"没有收件箱：{where}")
    home = home_at(None).root
    if gathered := landing.provinces(home):
        return before, dg.SkipReason(f"这里是汇集各省（{'、'.join(gathered)}）的目录：不从收件箱入库")
    files = files_in(inbox)
    seen = fingerprint(files)
    if seen != before.seen:
        return replace(before, seen=seen, judged=False), dg.SkipReason("收件箱有变化：下次再看是否写完")
    if before.judged:
        return before, dg.SkipReason("收件箱没有变化")
    if writing := open_to_write(files):
        return before, dg.SkipReason(f"正在写入：{'、'.join(file.name for file in writing)}")
    due = landing.due(inbox, home, reference.codes_if_sound(ReferenceSeeds(reference_at(None))))
    asked = fingerprint(file.path for snapshot in due for file in snapshot.files)
    memory = replace(before, judged=True)
    if not due:
        return memory, dg.SkipReason("收件箱中没有新快照")
    if asked == before.asked:
        return memory, dg.SkipReason("这些快照已刷新过而未入库：改正文件后会再试")
    labels = "、".join(snapshot.label for snapshot in due)
    return replace(memory, asked=asked), dg.RunRequest(run_key=asked, tags={"snapshots": labels})
