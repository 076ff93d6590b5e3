"""`gonghui bulletin`: drafts written anew, a template tried, documents issued (contract §6)."""

import argparse
from datetime import date
from pathlib import Path

from orchestration.common import logs
from orchestration.common.lock import hold
from orchestration.errors import DONE, UsageFault
from orchestration.home import home_at, reference_at


def add_bulletin(
    commands: "argparse._SubParsersAction", home: argparse.ArgumentParser, seeds: argparse.ArgumentParser
) -> None:
    """Add the command to `commands`; `home` and `seeds` are the parsers of --home and --reference."""
    bulletin = commands.add_parser(
        "bulletin", parents=[home, seeds], help="the documents of a release anew, as drafts; or issued"
    )
    bulletin.add_argument("--release", metavar="ID", help="of this release, not the one in force")
    bulletin.set_defaults(run=_write)
    actions = bulletin.add_subparsers(metavar="ACTION")

    checking = actions.add_parser("check-template", help="whether a Word template can be filled in")
    checking.add_argument("file", metavar="FILE", type=Path)
    checking.set_defaults(run=_check_template)

    # Without defaults of their own: what stands before ACTION counts, too.
    issuing = actions.add_parser(
        "issue", argument_default=argparse.SUPPRESS, help="with number and date, never to be changed"
    )
    issuing.add_argument("month", metavar="YYYY-MM")
    issuing.add_argument("--home", metavar="DIR", help="what holds everything written")
    issuing.add_argument("--reference", metavar="DIR", help="the office's own reference seeds and templates")
    issuing.add_argument("--release", metavar="ID", help="of this release, not the newest of the month")
    issuing.add_argument("--number", required=True, help="发文字号, for example 川工办通〔2022〕12号")
    issuing.add_argument("--date", metavar="YYYY-MM-DD", required=True, help="成文日期")
    issuing.add_argument(
        "--accept",
        choices=["not_final"],
        help="issue numbers that are not final: exports that are missing or do not cover the month",
    )
    issuing.add_argument(
        "--correction-of", metavar="NUMBER", help="take the place of this one, and say what changed"
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
            raise UsageFault(f"{fault}，不能据此成文：gonghui releases list 列出其余") from None
        if release is None:
            raise UsageFault(none_yet(home))
        folder = written_anew(home, release, templates)
    logs.say(f"已写成草稿（批次 {release.release_id}，截至 {release.as_of_month:%Y-%m}）：{folder}")
    return DONE


def _check_template(options: argparse.Namespace) -> int:
    from orchestration.bulletin.templates import check_template

    check_template(options.file)
    logs.say(f"{options.file} 可以使用：放进 --reference 所指文件夹的 templates/，下次刷新起用")
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
        raise UsageFault(f"成文日期“{options.date}”不是日期：请写成 YYYY-MM-DD") from None
    asked = Asked(
        Month.parse(options.month),
        options.number,
        issued_on,
        frozenset({options.accept} if "accept" in given else ()),
        given.get("correction_of"),
        options.release or "",
    )
    home, templates = home_at(options.home), _templates(options)
    existing(home)
    with hold(home.lock_file), logs.to_file(home.log_file):
        folder, made = issue(home, asked, templates)
        logs.detail.info(f"issued {made.number} of release {made.release_id}")
    accepted = [f"  {each}" for each in made.accepted]
    told = [f"已印发 {made.number}（{made.issued_on}，批次 {made.release_id}）：{folder}"]
    told += ["照此印发的非最终数据：", *accepted] if accepted else []
    told += [f"更正 {made.corrects}，变动如下：", *made.changes] if made.corrects else []
    logs.say("\n".join(told))
    return DONE
