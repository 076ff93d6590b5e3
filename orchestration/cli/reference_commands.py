"""`gonghui reference` and `gonghui what-if`: the office's own reference seeds begun, checked, tried out."""

import argparse
import sys
from pathlib import Path

from orchestration.common import logs
from orchestration.errors import DONE, REFUSED
from orchestration.home import home_at, reference_at
from orchestration.language import _, listing


def add_reference(commands: "argparse._SubParsersAction", home: argparse.ArgumentParser) -> None:
    """Add both commands to `commands`; `home` is the parser of the option --home."""
    seeds = commands.add_parser("reference", help=_("the office's own reference seeds, outside the checkout"))
    actions = seeds.add_subparsers(required=True, metavar="ACTION")
    beginning = actions.add_parser("init", help=_("copy there what offices edit, never over a file"))
    checking = actions.add_parser(
        "check", help=_("every fault and warning, with file and line: exit code 0 or 2")
    )
    for parser, run in ((beginning, _init), (checking, _check)):
        parser.add_argument("folder", metavar="DIR", help=_("the office's folder"))
        parser.set_defaults(run=run)

    trying = commands.add_parser(
        "what-if",
        parents=[home],
        help=_("which verdicts other reference seeds would change; publishes nothing"),
    )
    trying.add_argument("--reference", metavar="DIR", required=True, help=_("the other reference seeds"))
    trying.add_argument("--as-of", metavar="YYYY-MM", help=_("the month to judge as of"))
    trying.add_argument("--json", action="store_true", help=_("for a program, every verdict"))
    trying.set_defaults(run=_what_if)


def _folder(path: str) -> Path:
    folder = reference_at(path)
    assert folder is not None
    return folder


def _init(options: argparse.Namespace) -> int:
    from orchestration.reference.office import begin

    folder = _folder(options.folder)
    copied, kept = begin(folder)
    for name in copied:
        logs.say(_("copied {name}").format(name=name))
    for name in kept:
        logs.say(_("{name} is there already, and stays as it is").format(name=name))
    logs.say(
        _(
            "edit them in {folder}, delete those that stay as shipped, then: gonghui reference check {folder}"
        ).format(folder=folder)
    )
    return DONE


def _check(options: argparse.Namespace) -> int:
    from orchestration.reference import told_of
    from orchestration.reference.office import own_seeds

    seeds = own_seeds(_folder(options.folder))
    faults, warnings = told_of(seeds)
    for fault in faults:
        print(fault, file=sys.stderr)
    for warning in warnings:
        logs.say(_("warning: {warning}").format(warning=warning))
    own = seeds.office_files()
    logs.say(
        _(
            "{faults} faults, {warnings} warnings; the office's own: {files}; all else is the checkout's"
        ).format(faults=len(faults), warnings=len(warnings), files=listing(own) if own else _("none"))
    )
    return REFUSED if faults else DONE


def _what_if(options: argparse.Namespace) -> int:
    from orchestration.common.watcher import Watcher
    from orchestration.refreshing.what_if import what_if

    logs.to_terminal()
    found = what_if(home_at(options.home), _folder(options.reference), options.as_of, Watcher())
    logs.say(found.as_json() if options.json else str(found))
    return DONE
