"""`gonghui releases`: list, show, diff, restore and prune the releases of a home."""

import argparse
from collections.abc import Callable

from orchestration.common import logs
from orchestration.common.lock import hold
from orchestration.errors import DONE, UsageFault
from orchestration.home import home_at, reference_at
from orchestration.language import _


def add_releases(
    commands: "argparse._SubParsersAction", home: argparse.ArgumentParser, seeds: argparse.ArgumentParser
) -> None:
    """Add the command to `commands`; `home` and `seeds` are the parsers of --home and --reference."""
    releases = commands.add_parser(
        "releases", help=_("what was released, and when; two compared; one put back")
    )
    actions = releases.add_subparsers(required=True, metavar="ACTION")

    def action(
        name: str, run: Callable[[argparse.Namespace], str], text: str, *more: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        parser = actions.add_parser(name, parents=[home, *more], help=text)
        parser.set_defaults(run=lambda options: _printed(run, options))
        return parser

    listing = action("list", _list, _("the releases, the newest first"))
    listing.add_argument("--all", action="store_true", help=_("more than fit on a screen"))
    listing.add_argument("--json", action="store_true", help=_("for a program, and all"))
    showing = action("show", _show, _("one release: what it follows from, and what came of it"))
    showing.add_argument("id", metavar="ID", help=_("the beginning or end of its id will do"))
    showing.add_argument(
        "--json", action="store_true", help=_("its manifest, and which documents there are of it")
    )
    differing = action("diff", _diff, _("which verdicts two releases do not share, and why"))
    differing.add_argument("before", metavar="A")
    differing.add_argument("after", metavar="B")
    restoring = action("restore", _restore, _("put an earlier release in force again"), seeds)
    restoring.add_argument("id", metavar="ID")
    action("prune", _prune, _("remove those that need not be kept (GONGHUI_RELEASE_DAYS, _MONTHS)"))


def _printed(run: Callable[[argparse.Namespace], str], options: argparse.Namespace) -> int:
    logs.say(run(options))
    return DONE


def _list(options: argparse.Namespace) -> str:
    from orchestration.explaining.tell import listed, listed_as_json

    home = home_at(options.home)
    return listed_as_json(home) if options.json else listed(home, every=options.all)


def _show(options: argparse.Namespace) -> str:
    from orchestration.explaining.tell import as_json, told_alone

    return (as_json if options.json else told_alone)(home_at(options.home), options.id)


def _diff(options: argparse.Namespace) -> str:
    from orchestration.explaining.tell import difference

    return difference(home_at(options.home), options.before, options.after)


def _restore(options: argparse.Namespace) -> str:
    from orchestration.publishing.manifest import ManifestUnreadable
    from orchestration.publishing.releases import existing, find
    from orchestration.reference.office import own_seeds, templates_of
    from orchestration.refreshing.following import follow
    from orchestration.refreshing.refresh import restored

    home = home_at(options.home)
    existing(home)  # rather than make a home for the lock
    with hold(home.lock_file), logs.to_file(home.log_file):
        try:
            release = restored(home, find(home, options.id).name)
        except ManifestUnreadable as fault:
            raise UsageFault(
                _(
                    "{fault}; it cannot be restored: what is published stays, gonghui releases list shows "
                    "the others"
                ).format(fault=fault)
            ) from None
        logs.logger.info(_("release {release} is in force again").format(release=release.release_id))
        follow(home, templates_of(own_seeds(reference_at(options.reference))))
    return _("restored {release}, as of {month:%Y-%m}: {file}").format(
        release=release.release_id, month=release.as_of_month, file=home.published_file
    )


def _prune(options: argparse.Namespace) -> str:
    from orchestration.publishing.pruning import Retention, prune
    from orchestration.publishing.releases import existing

    home, retention = home_at(options.home), Retention.of_environment()
    existing(home)
    with hold(home.lock_file):
        gone = prune(home, retention)
    last = _(
        "{count} releases removed; kept are all of the last {days} days, and of each of the last {months} "
        "as-of months the last one"
    )
    removed = [_("removed {release}").format(release=each) for each in gone]
    return "\n".join([*removed, last.format(count=len(gone), days=retention.days, months=retention.months)])
