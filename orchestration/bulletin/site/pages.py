"""The pages: which there are, what each is given, and what its template may ask."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orchestration.bulletin import words
from orchestration.bulletin.file_names import stems
from orchestration.bulletin.site import charts, figures
from orchestration.bulletin.site.published import EXPORT_LABELS, HEADERS, Published, grouped
from orchestration.bulletin.site.rows import (
    Compared,
    Key,
    Org,
    Point,
    Ranking,
    Requirement,
    Standard,
    Total,
    Verdict,
)
from orchestration.explaining.refusals import refusals_told
from orchestration.language import CHINESE, speaking

PLATFORM = "四川省工会网上工作平台监测评价"
MOVES_SHOWN = 5
"""How many rises, and falls, of a rank the overview names."""
NAMES_SHOWN = 40
"""How many verdicts a list of the overview names before it says how many more there are."""
SPANS_SHOWN = 3
"""Of how many lengths of time the overview names what failed for so long."""
ROWS_SHOWN = 300
"""How many rows a list may have that grows with the data; how many more there are is said."""
ROWS_TO_A_PAGE = 600
"""How many rows of sheets one page holds, so that it stays small."""


@dataclass(frozen=True)
class Group:
    """Orgs of one type, in their order."""

    code: str
    label: str
    orgs: Sequence[Org]


@dataclass(frozen=True)
class Matrix:
    """Who is judged by one article, and on what."""

    role: str
    article: str
    requirements: Sequence[Requirement]
    groups: Sequence[Group]


@dataclass(frozen=True)
class Sheets:
    """One page of sheets: some orgs of one group."""

    file: str
    group: Group
    part: int
    parts: int


@dataclass(frozen=True)
class Moves:
    """Whose rank in a group moved most: those that rose, those that fell."""

    group: str
    risen: Sequence[Ranking]
    fallen: Sequence[Ranking]


@dataclass(frozen=True)
class Caution:
    """What a reader has to know before believing a number, and where more is said of it."""

    text: str
    link: str


def pages(published: Published) -> Iterator[tuple[str, str]]:
    """Yield each page of the site: its path below the site's folder, and its text."""
    site = _Site(published)
    yield (
        "index.html",
        site.render("index.html", "", moves=site.moves(), changes=site.changes(), names_shown=NAMES_SHOWN),
    )
    yield "data.html", site.render("data.html", "", exports=site.exports(), rows_shown=ROWS_SHOWN)
    yield "sheets.html", site.render("sheets_index.html", "", files=site.sheets)
    for sheets in site.sheets:
        yield sheets.file, site.render("sheets.html", "", sheets=sheets)
    orgs = [org for group in site.groups for org in group.orgs]
    for org, before, after in zip(orgs, [None, *orgs], [*orgs[1:], None], strict=False):
        yield (
            f"orgs/{site.org_files[org.org_code]}",
            site.render("org.html", "../", org=org, before=before, after=after),
        )
    for requirement in published.requirements.values():
        yield (
            f"requirements/{site.requirement_files[requirement.requirement_id]}",
            site.render("requirement.html", "../", requirement=requirement),
        )


class _Site:
    """One published file, and what templates ask of it."""

    def __init__(self, published: Published):
        self.published = published
        orgs, requirements = stems(published.orgs), stems(published.requirements)
        self.org_files = {code: f"{stem}.html" for code, stem in orgs.items()}
        self.requirement_files = {code: f"{stem}.html" for code, stem in requirements.items()}
        self.anchors = {code: f"r-{stem}" for code, stem in requirements.items()}
        """Where an org's page tells of a requirement."""
        self.org_anchors = {code: f"o-{stem}" for code, stem in orgs.items()}
        by_type = grouped(published.orgs.values(), "org_type")
        self.groups = [
            Group(code, label, by_type[code])
            for code, label in published.org_types.items()
            if code in by_type
        ]
        self.matrices = [self._matrix(role) for role in ("local", "department")]
        self.sheets = list(self._sheets())
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            site=self,
            published=published,
            charts=charts,
            EXPORT_LABELS=EXPORT_LABELS,
            HEADERS=HEADERS,
            NOTHING=words.NOTHING,
            PLATFORM=PLATFORM,
            **{name: getattr(figures, name) for name in _FIGURES},
            **{name: getattr(words, name) for name in _WORDS},
        )

    def render(self, template: str, root: str, **given: object) -> str:
        """Fill a template for a page from which the site's folder is `root`, blank or `../`."""
        return self._environment.get_template(template).render(root=root, **given)

    @property
    def warnings(self) -> list[Caution]:
        """What makes the numbers of this release less than certain."""
        return list(self._warnings())

    def _warnings(self) -> Iterator[Caution]:
        published = self.published
        if published.release.is_sample:
            yield Caution("样例数据：数字是虚构的，只供试用", "data.html#release")
        open_verdicts = sum(not verdict.is_final for verdict in published.verdicts.values())
        if open_verdicts:
            yield Caution(
                f"{words.count(open_verdicts)} 条结论尚非定论：期间未结束、数据未到月末，或规定数量待下达",
                "data.html#release",
            )
        missing = [EXPORT_LABELS[name] for name in published.exports_used if name not in published.exports]
        if missing:
            yield Caution(f"从未入库：{'、'.join(missing)}", "data.html#exports")
        late = [one.export_label for one in published.exports.values() if not self.covers(one.export_name)]
        if late:
            yield Caution(f"导出早于月末，本月不全：{'、'.join(late)}", "data.html#exports")
        refused = sum(one.rows_rejected for one in published.exports.values())
        if refused:
            yield Caution(f"退回 {words.count(refused)} 行，未计入", "data.html#refused")
        if published.unknown:
            yield Caution(f"{words.count(len(published.unknown))} 种写法无人认识", "data.html#unknown")
        if published.revised:
            yield Caution(f"{words.count(len(published.revised))} 条定论已改判", "data.html#revised")
        if published.waivers:
            yield Caution(f"{words.count(len(published.waivers))} 条结论本月豁免", "data.html#waivers")

    @property
    def status_counts(self) -> list[tuple[str, str, int]]:
        """How many verdicts of the month have each status: its code, what it is called, how many."""
        counts = Counter(verdict.status for verdict in self.published.verdicts.values())
        return [
            (code, self.published.statuses.get(code, code), counts[code])
            for code in figures.SIGNS
            if counts[code]
        ]

    def standards(self, requirement: Requirement) -> Sequence[Standard]:
        """What its values are compared with, by year: an average, with the standard of what is averaged."""
        unit, standards = self.unit(requirement), self.published.standards
        own = standards.get(requirement.requirement_id, ())
        if not own or own[0].unit == unit:
            return own
        averaged = [row for source in requirement.sources for row in standards.get(source, ())]
        return [row for row in averaged if row.unit == unit]

    def standard_told(self, requirement: Requirement) -> str:
        """Where a requirement has its standard from, in words."""
        return self.published.target_sources.get(requirement.target_source, requirement.target_source)

    def covers(self, export: str) -> bool:
        """Whether an export has seen the as-of month end (contract §4)."""
        return self.published.exports[export].export_date > words.last_day(self.published.month)

    def exports(self) -> list[tuple[str, str]]:
        """Every export that is used or landed: its English name and what it is called."""
        published = self.published
        names = dict.fromkeys([*published.exports_used, *published.exports])
        return [(name, EXPORT_LABELS[name]) for name in names]

    def exports_of(self, org: Org) -> list[str]:
        """The English names of the exports that an org's verdicts use."""
        published = self.published
        used = [
            published.requirements[verdict.requirement_id].exports
            for verdict in published.verdicts_of[org.org_code]
        ]
        return list(dict.fromkeys(name for names in used for name in names.split()))

    def days_after_month(self, export: str) -> int:
        """How many days after the as-of month's last one an export was made; below 0: before."""
        return (self.published.exports[export].export_date - words.last_day(self.published.month)).days

    def moves(self) -> list[Moves]:
        """By group, whose rank rose most since the month before, and whose fell most."""
        by_group = grouped(self.published.rankings.values(), "org_type")
        found = []
        for group in self.groups:
            rankings = sorted(by_group.get(group.code, ()), key=lambda ranking: -ranking.rise)
            risen = [ranking for ranking in rankings if ranking.rise > 0]
            fallen = [ranking for ranking in reversed(rankings) if ranking.rise < 0]
            if risen or fallen:
                found.append(Moves(group.label, risen[:MOVES_SHOWN], fallen[:MOVES_SHOWN]))
        return found

    def changes(self) -> dict[tuple[str, str], list[Verdict]]:
        """The verdicts whose status is another than the month before, by both statuses' names."""
        published = self.published
        found: dict[tuple[str, str], list[Verdict]] = {}
        for key, verdict in published.verdicts.items():
            before = self.month_before(key)
            if before and before.status != verdict.status and "PASS" in (before.status, verdict.status):
                pair = published.statuses[before.status], published.statuses[verdict.status]
                found.setdefault(pair, []).append(verdict)
        return found

    def month_before(self, key: Key) -> Point | None:
        """The verdict of the month before the as-of month."""
        months = self.published.months
        if len(months) < 2:
            return None
        return next((one for one in self.published.points[key] if one.as_of_month == months[-2]), None)

    def longest_failing(self) -> list[tuple[int, list[Verdict]]]:
        """The verdicts that failed several months in a row, those with most months first."""
        published = self.published
        found: dict[int, list[Verdict]] = {}
        for key, trend in published.trends.items():
            if trend.months_failed_in_a_row > 1:
                found.setdefault(trend.months_failed_in_a_row, []).append(published.verdicts[key])
        return sorted(found.items(), reverse=True)[:SPANS_SHOWN]

    def by_year(self, key: Key) -> list[tuple[int, list[str]]]:
        """The values of all months, each with the sign of its status: a year, and what its months say."""
        found: dict[int, list[str]] = {}
        for point in self.published.points.get(key, ()):
            year = found.setdefault(point.as_of_month.year, [""] * 12)
            year[point.as_of_month.month - 1] = f"{figures.SIGNS.get(point.status, '')}{figures.value(point)}"
        return list(found.items())

    def ranked(self, requirement: Requirement) -> list[tuple[Group, list[Verdict]]]:
        """The verdicts on a requirement by group, the best rank first; those without a rank last."""
        published = self.published
        found = []
        for group in self.groups:
            verdicts = [
                verdict
                for verdict in published.verdicts_on.get(requirement.requirement_id, ())
                if verdict.org_type == group.code
            ]
            last = len(verdicts) + 1
            verdicts.sort(
                key=lambda one: published.rankings[one.key].rank if one.key in published.rankings else last
            )
            if verdicts:
                found.append((group, verdicts))
        return found

    def histogram(self, requirement: Requirement, group: Group) -> list[charts.Bar]:
        """How the ranked orgs of a group are spread over a requirement."""
        published = self.published
        verdicts = published.verdicts_on.get(requirement.requirement_id, ())
        has_standard = any(verdict.threshold for verdict in verdicts)
        completions = [
            ranking.completion
            for verdict in verdicts
            if (ranking := published.rankings.get(verdict.key)) and ranking.org_type == group.code
        ]
        return charts.histogram(completions, has_standard=has_standard)

    def refusals(self, verdict: Verdict) -> list[tuple[str, str]]:
        """What `explain` tells of the rows refused in a verdict's exports: what it is, and how it stands."""
        told_by = {name: getattr(verdict, name) for name in _REFUSALS}
        sources = self.published.requirements[verdict.requirement_id].source_requirements
        with speaking(CHINESE):
            lines = [*refusals_told(told_by, {"source_requirements": sources})]
        return [(what, told) for what, _, told in (line.partition("：") for line in lines)]

    def compared(self, verdicts: Sequence[Verdict]) -> list[Compared]:
        """What the orgs of some verdicts reached for each 1,000 of a factor, where their size is known."""
        found = (self.published.compared.get(verdict.key) for verdict in verdicts)
        return [each for each in found if each]

    def _matrix(self, role: str) -> Matrix:
        published = self.published
        requirements = [
            one
            for one in published.requirements.values()
            if one.role == role and one.requirement_id in published.verdicts_on
        ]
        judged = {
            verdict.org_code for one in requirements for verdict in published.verdicts_on[one.requirement_id]
        }
        groups = [
            Group(group.code, group.label, [org for org in group.orgs if org.org_code in judged])
            for group in self.groups
        ]
        articles = Counter(one.article for one in requirements).most_common(1)
        article = articles[0][0] if articles else ""
        return Matrix(role, article, requirements, [group for group in groups if group.orgs])

    def _sheets(self) -> Iterator[Sheets]:
        for group in self.groups:
            orgs = [org for org in group.orgs if org.org_code in self.published.verdicts_of]
            most = max((len(self.published.verdicts_of[org.org_code]) for org in orgs), default=1)
            size = max(ROWS_TO_A_PAGE // most, 1)
            parts = [orgs[first : first + size] for first in range(0, len(orgs), size)]
            for number, part in enumerate(parts, 1):
                suffix = f"-{number}" if len(parts) > 1 else ""
                some = Group(group.code, group.label, part)
                yield Sheets(f"sheets-{group.code}{suffix}.html", some, number, len(parts))

    def guided_by(self, org: Org) -> list[Org]:
        """The departments that guide an org."""
        departments = [
            one.department_code for one in self.published.guidance if one.local_org_code == org.org_code
        ]
        return [self.published.orgs[code] for code in departments]

    def members(self, org: Org) -> list[Org]:
        """Whose numbers a target group sums."""
        return [
            one
            for one in self.published.orgs.values()
            if one.target_unit_code == org.org_code and one.org_code != org.org_code
        ]

    def orgs_over_months(self, requirement: Requirement) -> charts.MonthBars | None:
        """How many orgs had which status on a requirement, month by month."""
        return charts.month_bars(self._totals(requirement), self.published.months)

    def unit(self, requirement: Requirement) -> str:
        """The unit of its values under the readings in force."""
        verdicts = self.published.verdicts_on.get(requirement.requirement_id, ())
        return next((verdict.unit for verdict in verdicts), requirement.unit)

    def sum_over_months(self, requirement: Requirement) -> charts.TrendChart | None:
        """What all orgs reached together on a requirement, month by month."""
        points = [
            Point(
                total.as_of_month,
                total.org_type,
                total.requirement_id,
                total.numerator,
                total.denominator,
                None if total.numerator is None else total.numerator / (total.denominator or 1),
                None,
                self.unit(requirement),
                "",
            )
            for total in self._totals(requirement)
            if total.denominator != 0
        ]
        return charts.trend(points, self.published.months, requirement)

    def _totals(self, requirement: Requirement) -> list[Total]:
        totals = self.published.totals.get(requirement.requirement_id, ())
        return [total for total in totals if total.org_type == "all"]


_REFUSALS = ("refused_rows", "status", "numerator", "denominator", "threshold")
_FIGURES = (
    "SHARE",
    "SIGNS",
    "before_and_after",
    "change",
    "gap",
    "moved",
    "needed_pace",
    "number",
    "quotient",
    "signed",
    "standard",
    "value",
    "with_unit",
)
_WORDS = ("count", "day", "month", "month_end", "per_thousand", "percent", "rate")
