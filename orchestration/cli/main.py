"""The command line, `gonghui` (contract §1). dbt and Dagster cost seconds to import: when needed alone."""

import argparse
import atexit
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from orchestration.cli.bulletin_commands import add_bulletin
from orchestration.cli.gather_command import add_gather
from orchestration.cli.propose_command import add_propose
from orchestration.cli.reference_commands import add_reference
from orchestration.cli.release_commands import add_releases
from orchestration.cli.supervisor import supervise
from orchestration.common import logs
from orchestration.common.environment import close_the_door
from orchestration.common.lock import HomeBusy
from orchestration.common.settings import Settings
from orchestration.common.watcher import LogWatcher, Watcher
from orchestration.errors import DONE, FAILED, INTERRUPTED, KnownFault, UsageFault
from orchestration.home import HOME_VARIABLE, home_at, inbox_at, reference_at
from orchestration.language import _, speak_to_libraries

if TYPE_CHECKING:
    from orchestration.refreshing.request import Request


def main(arguments: Sequence[str] | None = None, *, supervised: bool = False) -> int:
    """Run one command; returns its exit code (contract §1).

    `supervised`: a refresh goes on in a child, for which this process waits and then ends.
    """
    speak_to_libraries()
    options = _parser().parse_args(arguments, argparse.Namespace(supervised=supervised))
    close_the_door("DBT_", "DAGSTER_")
    try:
        Settings.read("language")
        return options.run(options)
    except KnownFault as fault:
        print(*fault.lines, sep="\n", file=sys.stderr)
        return fault.exit_code
    except Exception as error:
        from orchestration.refreshing.failure import Failure

        failure = Failure.of(error)
        print(*failure.messages, sep="\n", file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        sys.stderr.flush()
        # dbt may still be building in its thread, and Python would wait, or abort, for it.
        os._exit(INTERRUPTED)


def _refresh(options: argparse.Namespace) -> int:
    logs.to_json() if options.log == "json" else logs.to_terminal()
    home = home_at(options.home)
    if options.supervised:
        supervise(home)
    from orchestration.refreshing.attempt import attempt
    from orchestration.refreshing.failure import Failure
    from orchestration.refreshing.following import follow
    from orchestration.refreshing.request import Request

    try:
        with attempt(home) as made:
            request = Request.of(
                options.home,
                options.inbox,
                options.as_of,
                options.accept,
                options.reference,
                on_spark=options.engine == "spark",
            )
            with_bars = options.log == "human" and sys.stderr.isatty()
            published = _refresh_checked(request, with_bars=with_bars)
            made.published()
            with suppress(OSError):  # a full disk under stdout, say: it is published all the same
                logs.say(published)
            follow(home, request.templates)
    except HomeBusy as busy:
        logs.logger.error(busy)
        return busy.exit_code
    except Exception as error:  # the attempt has said it
        return Failure.of(error).exit_code
    return DONE


def _refresh_checked(request: "Request", *, with_bars: bool) -> str:
    from orchestration.refreshing.refresh import refresh

    if not with_bars:
        return refresh(request, LogWatcher())
    from orchestration.cli.terminal import TerminalWatcher

    with TerminalWatcher() as watcher:
        return refresh(request, watcher)


def _check(options: argparse.Namespace) -> int:
    from rich.console import Console

    from orchestration.cli.terminal import TerminalWatcher
    from orchestration.operating.inspected.as_json import as_json
    from orchestration.operating.inspected.report import write_report
    from orchestration.operating.inspected.screen import screen
    from orchestration.reference import ReferenceSeeds
    from orchestration.refreshing.check import check

    logs.to_terminal()
    inbox, report = inbox_at(options.inbox), Path(options.report) if options.report else None
    if inbox is None:
        raise UsageFault(_("no inbox is named: say --inbox DIR, the folder of exports to try"))
    if report and (report.suffix.lower() != ".xlsx" or report.resolve().parent == inbox.resolve()):
        raise UsageFault(
            _("no report is written to {report}: name an .xlsx file outside the inbox").format(report=report)
        )
    named = options.home or os.environ.get(HOME_VARIABLE)
    home = home_at(named) if named else None
    seeds = ReferenceSeeds(reference_at(options.reference))
    with TerminalWatcher() if sys.stderr.isatty() else nullcontext(Watcher()) as watcher:
        checked = check(inbox, home, seeds, watcher)
    if options.json:
        logs.say(as_json(checked.found, checked.wrong))
    else:
        width = None if sys.stdout.isatty() else 120
        Console(width=width).print(screen(checked.found, checked.wrong))
    if report:
        write_report(checked.found, report)
    checked.raise_if_refused()
    return DONE


def _explain(options: argparse.Namespace) -> int:
    from orchestration.explaining.explain import explain
    from orchestration.publishing.releases import WAREHOUSE, find

    home, asked = home_at(options.home), options.release
    warehouse = find(home, asked) / WAREHOUSE if asked else home.published_file
    logs.say(explain(warehouse, options.org, options.requirement, options.as_of))
    return DONE


def _forget(options: argparse.Namespace) -> int:
    from orchestration import reference
    from orchestration.refreshing.forget import forget

    logs.to_terminal()
    codes = reference.codes_if_sound(reference.ReferenceSeeds(reference_at(options.reference)))
    logs.say(forget(home_at(options.home), inbox_at(options.inbox), options.name, codes))
    return DONE


def _status(options: argparse.Namespace) -> int:
    from orchestration.operating.status import alert_faults, status

    logs.to_terminal()
    found = (alert_faults if options.alert else status)(home_at(options.home))
    if options.json:
        logs.say(found.as_json())
    else:
        from rich.console import Console

        from orchestration.operating.status_screen import screen

        # What is not shown on a terminal has no width of its own: a mail, a file.
        Console(width=None if sys.stdout.isatty() else 120).print(screen(found))
    return FAILED if found.faults else DONE


def _serve(options: argparse.Namespace) -> int:
    from orchestration.graph.serve import serve

    serve(home_at(options.home), inbox_at(options.inbox), reference_at(options.reference), options.port)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gonghui",
        description=_("{document}: exports in, verdicts out").format(document="川工办字〔2020〕16号"),
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    home = argparse.ArgumentParser(add_help=False)
    home.add_argument(
        "--home", metavar="DIR", help=_("what holds everything written (GONGHUI_HOME, else var/)")
    )
    inbox = argparse.ArgumentParser(add_help=False)
    inbox.add_argument("--inbox", metavar="DIR", help=_("the folder of exports, only read (GONGHUI_INBOX)"))
    seeds = argparse.ArgumentParser(add_help=False)
    seeds.add_argument(
        "--reference",
        metavar="DIR",
        help=_(
            "the office's own reference seeds, before their namesakes in the checkout (GONGHUI_REFERENCE)"
        ),
    )

    refresh = commands.add_parser(
        "refresh", parents=[inbox, home, seeds], help=_("land what is new, build, audit, publish")
    )
    refresh.add_argument(
        "--as-of",
        metavar="YYYY-MM[..YYYY-MM]",
        help=_("the month to judge as of; of a range a release each, the last one published"),
    )
    refresh.add_argument(
        "--accept",
        metavar="REASON,…",
        type=lambda text: [reason for reason in text.split(",") if reason],
        default=[],
        help=_("let too_many_rejects or shrunk pass, this once"),
    )
    refresh.add_argument(
        "--engine",
        choices=["duckdb", "spark"],
        default="duckdb",
        help=_("what runs the models; spark: at SPARK_REMOTE, or else one of its own (make engine-spark)"),
    )
    refresh.add_argument(
        "--log",
        choices=["human", "json"],
        default="human",
        help=_("what stderr gets: lines for a person, or one JSON object per line"),
    )
    refresh.set_defaults(run=_refresh)

    check = commands.add_parser("check", parents=[inbox, seeds], help=_("try files before they land"))
    check.add_argument(
        "--home",
        metavar="DIR",
        help=_("compare with what is landed here (GONGHUI_HOME, else with nothing)"),
    )
    check.add_argument("--json", action="store_true", help=_("the same for a program"))
    check.add_argument(
        "--report", metavar="FILE.xlsx", help=_("also write the list for whoever sent the files")
    )
    check.set_defaults(run=_check)

    explain = commands.add_parser("explain", parents=[home], help=_("why one verdict is what it is"))
    explain.add_argument("--as-of", metavar="YYYY-MM", help=_("the month of the verdict"))
    explain.add_argument("org", metavar="ORG", help=_("an org's code, for example 510300"))
    explain.add_argument("requirement", metavar="REQUIREMENT", help=_("for example 9.2"))
    explain.add_argument("--release", metavar="ID", help=_("out of this release, not the one in force"))
    explain.set_defaults(run=_explain)

    add_releases(commands, home, seeds)
    add_bulletin(commands, home, seeds)
    add_reference(commands, home)
    add_propose(commands, home, seeds)

    forget = commands.add_parser(
        "forget", parents=[inbox, home, seeds], help=_("drop the landed snapshot of one export")
    )
    forget.add_argument(
        "name", metavar="NAME", help=_("for example {name} or workflow_items").format(name="办件")
    )
    forget.set_defaults(run=_forget)

    add_gather(commands, home)

    status = commands.add_parser(
        "status", parents=[home], help=_("how the home stands: exit code 0 well, 1 somebody should look")
    )
    status.add_argument("--json", action="store_true", help=_("for a program"))
    status.add_argument("--alert", action="store_true", help=_("call the alert hooks if it does not"))
    status.set_defaults(run=_status)

    serve = commands.add_parser(
        "serve", parents=[inbox, home, seeds], help=_("Dagster's UI and daemon, local only")
    )
    serve.add_argument("--port", type=int, default=3000)
    serve.set_defaults(run=_serve)
    return parser


def _open_standard_streams() -> None:
    """Have descriptors 0 to 2 open: what libraries print would go into whatever file of ours got one."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8")


def run() -> NoReturn:
    """Run the command and end at once: Python would take a second to tear down what dbt has imported."""
    _open_standard_streams()
    code = main(supervised=True)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
