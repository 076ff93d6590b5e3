"""`gonghui gather`: what many provinces have landed, in one home."""

import argparse
import re

from orchestration.common import logs
from orchestration.errors import DONE, UsageFault
from orchestration.home import Home, home_at
from orchestration.language import _

_PROVINCE = re.compile(r"[1-9][0-9]", re.ASCII)


def add_gather(commands: "argparse._SubParsersAction", home: argparse.ArgumentParser) -> None:
    """Add the command to `commands`; `home` is the parser of the option --home."""
    gathering = commands.add_parser(
        "gather", parents=[home], help=_("what many provinces have landed, to be built as one")
    )
    gathering.add_argument(
        "sources",
        nargs="+",
        metavar=_("PROVINCE=HOME"),
        help=_("a province by the two digits of GB/T 2260, and the home it lands in: 51=/data/sichuan"),
    )
    gathering.set_defaults(run=_gather)


def _gather(options: argparse.Namespace) -> int:
    from orchestration.refreshing.gather import gather

    logs.to_terminal()
    sources: dict[str, Home] = {}
    for each in options.sources:
        province, _is, root = each.partition("=")
        if not _PROVINCE.fullmatch(province) or not root:
            raise UsageFault(
                _("{source} names no province and home: write 51=DIR, two digits of GB/T 2260").format(
                    source=each
                )
            )
        if province in sources:
            raise UsageFault(_("province {province} is named twice").format(province=province))
        sources[province] = home_at(root)
    logs.say(gather(home_at(options.home), sources))
    return DONE
