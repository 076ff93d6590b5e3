"""`gonghui propose`: new standards shared out by the factors of Article 6."""

import argparse
from decimal import Decimal, InvalidOperation
from pathlib import Path

from orchestration.common import logs
from orchestration.errors import DONE, UsageFault
from orchestration.home import home_at, reference_at
from orchestration.language import _


def add_propose(
    commands: "argparse._SubParsersAction", home: argparse.ArgumentParser, seeds: argparse.ArgumentParser
) -> None:
    """Add the command to `commands`; `home` and `seeds` are the parsers of --home and --reference."""
    proposing = commands.add_parser(
        "propose", parents=[home, seeds], help=_("a year's figures shared out by weighed factors (Article 6)")
    )
    proposing.add_argument("--requirement", metavar="ID", required=True, help=_("for example 9.1"))
    proposing.add_argument("--year", type=int, required=True, help=_("the year of the new figures"))
    proposing.add_argument(
        "--total",
        metavar=_("WAN"),
        required=True,
        help=_("what all units have together, in wan: 1 is 10,000 persons"),
    )
    proposing.add_argument(
        "--unit", metavar=_("WAN"), default="0.1", help=_("figures are multiples of it (0.1)")
    )
    proposing.add_argument("--floor", metavar=_("WAN"), help=_("no unit has less"))
    proposing.add_argument("--ceiling", metavar=_("WAN"), help=_("no unit has more"))
    proposing.add_argument("--change", metavar="30%", help=_("how far from the year before, up or down"))
    proposing.add_argument(
        "--among",
        metavar="TYPE,…",
        default="",
        help=_("units of these org_types alone, for example city (without: all units)"),
    )
    proposing.add_argument(
        "--into", metavar="DIR", help=_("also write registration_targets.csv here, for gonghui what-if")
    )
    proposing.set_defaults(run=_propose)


def _propose(options: argparse.Namespace) -> int:
    from orchestration.proposing.entering import enter
    from orchestration.proposing.limits import Limits
    from orchestration.proposing.proposal import Asked, propose
    from orchestration.reference.office import own_seeds

    limits = Limits(
        _amount("--floor", options.floor) if options.floor else None,
        _amount("--ceiling", options.ceiling) if options.ceiling else None,
        _share("--change", options.change) if options.change else None,
    )
    asked = Asked(
        options.requirement,
        options.year,
        _amount("--total", options.total),
        _amount("--unit", options.unit),
        limits,
        tuple(filter(None, options.among.split(","))),
    )
    proposal = propose(home_at(options.home).published_file, asked)
    logs.say(str(proposal))
    if options.into:
        folder = Path(options.into).expanduser().absolute()
        seeds = own_seeds(reference_at(options.reference))
        file = enter(seeds, folder, options.year, proposal.figures)
        told = _("{file} is written; its column document is blank, for the number of the paper")
        logs.say(f"\n{told.format(file=file)}")
        logs.say(
            _("what it would do to verdicts: gonghui what-if --reference {folder}").format(folder=folder)
        )
    return DONE


def _amount(option: str, text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or amount < 0 or amount > 10_000:
        told = _("{option} {text}: expected a number in wan, like 60 or 0.5, of 10,000 at most")
        raise UsageFault(told.format(option=option, text=text))
    return amount


def _share(option: str, text: str) -> Decimal:
    """A share written as 30%."""
    number, percent, rest = text.partition("%")
    try:
        share = Decimal(number) / 100
    except InvalidOperation:
        share = Decimal("nan")
    if not percent or rest or not share.is_finite() or share < 0:
        told = _("{option} {text}: expected a percentage, like 30%")
        raise UsageFault(told.format(option=option, text=text))
    return share
