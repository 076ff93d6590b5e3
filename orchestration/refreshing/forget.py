"""`gonghui forget`: the landed snapshot of one export goes; releases stay as they are."""

from pathlib import Path

from orchestration import landing
from orchestration.common import logs
from orchestration.common.lock import hold
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.landing.forget import forget as forget_landed
from orchestration.language import _, listing


def forget(home: Home, inbox: Path | None, name: str, codes: landing.KnownCodes) -> str:
    """Drop what is landed of the export called `name`, Chinese, English or as spelled; tell what comes of it.

    Raises UsageFault where there is no such export or nothing of it is landed, HomeBusy, LandingFailed.
    """
    export = next(
        (each for each in landing.spelled(codes) if name in (each.name, each.chinese, *each.other_names)),
        None,
    )
    if export is None:
        known = listing(f"{each.chinese} ({each.name})" for each in landing.RAW_EXPORTS)
        raise UsageFault(_("no export is called {name}: name one of {known}").format(name=name, known=known))
    if export.name not in landing.in_force(home.root):  # rather than make a home for the lock
        raise UsageFault(
            _("nothing of {export} is landed in {home}: there is nothing to forget").format(
                export=export.chinese, home=home.root
            )
        )
    with hold(home.lock_file), logs.to_file(home.log_file):
        gone = forget_landed(home.root, export)
        assert gone is not None
        files = listing(file.name for file in gone.files)
        line = _("forgot {export} of {day} ({rows} rows of {files})").format(
            export=export.chinese, day=gone.export_date, rows=gone.rows_landed, files=files
        )
        logs.detail.info(line)
        stays = _("{forgotten}; what is published stays as it is").format(forgotten=line)
        return f"{stays}\n{_next(home, inbox, export, codes)}"


def _next(home: Home, inbox: Path | None, export: landing.Export, codes: landing.KnownCodes) -> str:
    if inbox is None:
        return _("the next refresh lands the newest {export} of its inbox").format(export=export.chinese)
    for snapshot in landing.due(inbox, home.root, codes):
        if snapshot.export.name == export.name:
            files = listing(file.path.name for file in snapshot.files)
            return _("the next refresh lands {export} of {day} ({files})").format(
                export=export.chinese, day=snapshot.export_date, files=files
            )
    return _("no {export} lies in {inbox}: until one does, the verdicts that need it will be NO_DATA").format(
        export=export.chinese, inbox=inbox
    )
