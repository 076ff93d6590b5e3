"""`gonghui forget`: the landed snapshot of one export goes; releases stay as they are."""

from pathlib import Path

from orchestration import landing
from orchestration.common import logs
from orchestration.common.lock import hold
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.landing.forget import forget as forget_landed


def forget(home: Home, inbox: Path | None, name: str, codes: landing.KnownCodes) -> str:
    """Drop what is landed of the export called `name`, Chinese, English or as spelled; tell what comes of it.

    Raises UsageFault where there is no such export or nothing of it is landed, HomeBusy, LandingFailed.
    """
    export = next(
        (each for each in landing.spelled(codes) if name in (each.name, each.chinese, *each.other_names)),
        None,
    )
    if export is None:
        known = ", ".join(f"{each.chinese} ({each.name})" for each in landing.RAW_EXPORTS)
        raise UsageFault(f"no export is called {name}: name one of {known}")
    if export.name not in landing.in_force(home.root):  # rather than make a home for the lock
        raise UsageFault(f"nothing of {export.chinese} is landed in {home.root}: there is nothing to forget")
    with hold(home.lock_file), logs.to_file(home.log_file):
        gone = forget_landed(home.root, export)
        assert gone is not None
        files = ", ".join(file.name for file in gone.files)
        line = f"forgot {export.chinese} of {gone.export_date} ({gone.rows_landed} rows of {files})"
        logs.detail.info(line)
        return f"{line}; what is published stays as it is\n{_next(home, inbox, export, codes)}"


def _next(home: Home, inbox: Path | None, export: landing.Export, codes: landing.KnownCodes) -> str:
    if inbox is None:
        return f"the next refresh lands the newest {export.chinese} of its inbox"
    for snapshot in landing.due(inbox, home.root, codes):
        if snapshot.export.name == export.name:
            files = ", ".join(file.path.name for file in snapshot.files)
            return f"the next refresh lands {export.chinese} of {snapshot.export_date} ({files})"
    return f"no {export.chinese} lies in {inbox}: until one does, the verdicts that need it will be NO_DATA"
