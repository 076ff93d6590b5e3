"""`gonghui bulletin`: drafts written anew, a template tried, documents issued (contract §6)."""

import argparse
from datetime import date
from pathlib import Path

from orchestration.common import logs
from orchestration.common.lock import hold
from orchestration.errors import DONE, UsageFault
from orchestration.home import home_at, reference_at
from orchestration.language import _


def add_bulletin(
    commands: "argparse._SubParsersAction", home: argparse.ArgumentParser, seeds: argparse.ArgumentParser
) -> None:
    """Add the command to `commands`; `home` and `seeds` are the parsers of --home and --reference."""
    bulletin = commands.add_parser(
        "bulletin", parents=[home, seeds], help=_("the documents of a release anew, as drafts; or issued")
    )
    bulletin.add_argument("--release", metavar="ID", help=_("of this release, not the one in force"))
    bulletin.set_defaults(run=_write)
    actions = bulletin.add_subparsers(metavar="ACTION")

    checking = actions.add_parser("check-template", help=_("whether a Word template can be filled in"))
    checking.add_argument("file", metavar="FILE", type=Path)
    checking.set_defaults(run=_check_template)

    # Without defaults of their own: what stands before ACTION counts, too.
    issuing = actions.add_parser(
        "issue", argument_default=argparse.SUPPRESS, help=_("with number and date, never to be changed")
    )
    issuing.add_argument("month", metavar="YYYY-MM")
    issuing.add_argument("--home", metavar="DIR", help=_("what holds everything written"))
    issuing.add_argument(
        "--reference", metavar="DIR", help=_("the office's own reference seeds and templates")
    )
    issuing.add_argument("--release", metavar="ID", help=_("of this release, not the newest of the month"))
    issuing.add_argument(
        "--number",
        required=True,
        help=_("its number, for example {number}").format(number="川工办通〔2022〕12号"),
    )
    issuing.add_argument(
        "--date", metavar="YYYY-MM-DD", required=True, help=_("the date on which it is signed")
    )
    issuing.add_argument(
        "--accept",
        choices=["not_final"],
        help=_("issue numbers that are not final: exports that are missing or do not cover the month"),
    )
    issuing.add_argument(
        "--correction-of", metavar="NUMBER", help=_("take the place of this one, and say what changed")
    )
    issuing.set_defaults(run=_issue)


def _templates(options: argparse.Namespace) -> Path | None:
    from orchestration.reference.office import own_seeds, templates_of

    return templates_of(own_seeds(reference_at(options.reference)))


def _write(options: argparse.Namespace) -> int:
    from orchestration.publishing.manifest import ManifestUnreadable
    from orchestration.publishing.releases import existing, find, in_force, none_yet, read_sound
    from orchestration.refreshing.documents import written_anew

    logs.to_terminal()
    home, templates = home_at(options.home), _templates(options)
    existing(home)  # rather than make a home for the lock
    with hold(home.lock_file), logs.to_file(home.log_file):
        try:
            release = read_sound(find(home, options.release)).release if options.release else in_force(home)
        except ManifestUnreadable as fault:
            raise UsageFault(
                _("{fault}; no document follows from it: gonghui releases list shows the others").format(
                    fault=fault
                )
            ) from None
        if release is None:
            raise UsageFault(none_yet(home))
        folder = written_anew(home, release, templates)
    logs.say(
        _("drafts of release {release}, as of {month:%Y-%m}: {folder}").format(
            release=release.release_id, month=release.as_of_month, folder=folder
        )
    )
    return DONE


def _check_template(options: argparse.Namespace) -> int:
    from orchestration.bulletin.templates import check_template

    check_template(options.file)
    logs.say(
        _(
            "{file} can be filled in: put it into templates/ of the folder that --reference names; the next "
            "refresh uses it"
        ).format(file=options.file)
    )
    return DONE


def _issue(options: argparse.Namespace) -> int:
    from orchestration.common.as_of import Month
    from orchestration.publishing.releases import existing
    from orchestration.refreshing.issue import Asked, issue

    logs.to_terminal()
    given = vars(options)
    try:
        issued_on = date.fromisoformat(options.date)
    except ValueError:
        raise UsageFault(
            _("“{date}”, the date on which it is signed, is no date: write it as YYYY-MM-DD").format(
                date=options.date
            )
        ) from None
    asked = Asked(
        Month.parse(options.month),
        options.number,
        issued_on,
        frozenset({options.accept} if "accept" in given else ()),
        given.get("correction_of"),
        options.release,
    )
    home, templates = home_at(options.home), _templates(options)
    existing(home)
    with hold(home.lock_file), logs.to_file(home.log_file):
        folder, made = issue(home, asked, templates)
        logs.detail.info(f"issued {made.number} of release {made.release_id}")
    accepted = [f"  {each}" for each in made.accepted]
    told: list[str] = [
        _("issued {number} ({day}, release {release}): {folder}").format(
            number=made.number, day=made.issued_on, release=made.release_id, folder=folder
        )
    ]
    told += [_("issued with numbers that are not final:"), *accepted] if accepted else []
    told += [_("it corrects {number}; what changed:").format(number=made.corrects)] if made.corrects else []
    told += made.changes if made.corrects else []
    logs.say("\n".join(told))
    return DONE
