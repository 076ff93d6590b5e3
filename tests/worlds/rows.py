"""The rows of a little world, crowded on the boundaries of the rules: a few hundred per export."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import count
from math import ceil
from random import Random
from typing import Any

from .variations import CITIES, DEPARTMENTS, INDUSTRIES, Seeds, last_day, plus_months

Row = dict[str, Any]


class Rows:
    """The rows of each export; every generator is named for its export."""

    def __init__(self, rng: Random, seeds: Seeds, as_of: date):
        self.rng, self.seeds = rng, seeds
        self.orgs = [row["org_code"] for row in seeds["organizations"] if row["org_type"] != "target_group"]
        self.first_month, self.last_month = date(2018, 12, 1), plus_months(as_of, 3)
        self.years = list(range(2020, as_of.year + 1))
        self._numbers = count(1)

    # --- times ---

    def day(self, year: int | None = None) -> date:
        """Return a day at the start or end of a month (of that year)."""
        rng = self.rng
        if year is not None:
            first = date(year, rng.choice([1, 1, 2, 3, 4, 6, 7, 9, 12, 12]), 1)
            return rng.choice([first, first, last_day(first), last_day(first), first + timedelta(days=14)])
        months = (self.last_month.year - self.first_month.year) * 12 + self.last_month.month - 12
        first = plus_months(self.first_month, rng.randrange(months + 1))
        if rng.random() < 0.25:
            first = date(first.year, 1, 1)
        return first + timedelta(days=rng.choice([-1, -1, 0, 0, 0, 1, 17]))

    def instant(self, year: int | None = None) -> datetime:
        """Return an instant at the start or end of a day at the start or end of a month (of that year)."""
        day = self.day(year)
        times = [(0, 0, 0), (0, 0, 0), (0, 0, 1), (23, 59, 59), (23, 59, 59), (12, 30, 0)]
        return datetime(day.year, day.month, day.day, *self.rng.choice(times))

    def after(self, start: datetime) -> datetime:
        """Return an instant not before the start: the same one, the ends of its month and year, or later."""
        first = date(start.year, start.month, 1)
        instants = [start, start + timedelta(seconds=1)]
        for months in (1, 1, 1, 2, 12):
            midnight = datetime.fromordinal(plus_months(first, months).toordinal())
            instants += [midnight, midnight - timedelta(seconds=1)]
        new_year = datetime(start.year + 1, 1, 1)
        instants += [new_year, new_year - timedelta(seconds=1), new_year + timedelta(days=400)]
        return self.rng.choice(instants)

    def maybe_after(self, start: datetime, likely: float) -> datetime | None:
        return self.after(start) if self.rng.random() < likely else None

    # --- numbers at the threshold ---

    def share(self, requirement: str, year: int) -> tuple[int, int]:
        """Return a numerator and denominator: the share demanded in that year, or one under or over it."""
        denominator = self.rng.choice([1, 2, 3, 4, 5, 7, 10, 10, 13, 20])
        wanted = ceil(self._threshold(requirement, year) * denominator) + self.rng.choice([-1, 0, 0, 0, 1])
        return min(max(wanted, 0), denominator), denominator

    def number(self, wanted: Fraction) -> int:
        return max(0, ceil(wanted) + self.rng.choice([-1, 0, 0, 0, 1]))

    def _threshold(self, requirement: str, year: int) -> Fraction:
        for row in self.seeds["thresholds"]:
            if row["requirement_id"] == requirement and int(row["year_from"]) <= year:
                found = Fraction(row["threshold"])
        return found

    def _some_years(self, share: float) -> Iterator[tuple[str, int]]:
        for org in self.orgs:
            for year in self.years:
                if self.rng.random() < share:
                    yield org, year

    def _id(self) -> str:
        return f"N{next(self._numbers):06d}"

    # --- exports ---

    def registered_users(self) -> Iterator[Row]:
        targets = {
            (row["target_unit_code"], int(row["year"])): Fraction(row["target_wan"]) * 10000
            for row in self.seeds["registration_targets"]
        }
        exact = {org for org in self.orgs if self.rng.random() < 0.6}
        for org in self.orgs:
            for _ in range(0 if org in exact else 30):
                yield self._user(org, self.instant(), 0.5, 0.4)
            for year in self.years if org in exact else []:
                wanted = min(targets.get((org, year), Fraction(5)), Fraction(12))
                for _ in range(self.number(wanted)):
                    yield self._user(org, self.instant(year), 0.6, 0.1)
                certified, users = self.share("9.2", year)
                # Certified shares at the threshold, of users who were there before the annex began.
                for number in range(users if year == self.years[0] and self.rng.random() < 0.5 else 0):
                    user = self._user(org, self.instant(2019), 0, 0)
                    yield {**user, "certified_at": datetime(year, 1, 1) if number < certified else None}

    def _user(self, org: str, registered: datetime, certified: float, cancelled: float) -> Row:
        return {
            "user_id": self._id(),
            "org_code": org,
            "registered_at": registered,
            "certified_at": self.maybe_after(registered, certified),
            "cancelled_at": self.maybe_after(registered, cancelled),
        }

    def new_members(self) -> Iterator[Row]:
        for row in self._through_platform("9.3.members", "joined_on"):
            yield {"member_id": self._id(), **row}

    def new_unions(self) -> Iterator[Row]:
        for row in self._through_platform("9.3.unions", "founded_on"):
            yield {"union_id": self._id(), "union_name": "某单位工会", **row}

    def _through_platform(self, requirement: str, column: str) -> Iterator[Row]:
        for org, year in self._some_years(0.6):
            platform, rows = self.share(requirement, year)
            for number in range(rows):
                channel = "platform" if number < platform else "offline"
                yield {"org_code": org, column: self.day(year), "channel": channel}
        for _ in range(60):
            channel = self.rng.choice(["platform", "offline"])
            yield {"org_code": self.rng.choice(self.orgs[:5]), column: self.day(), "channel": channel}

    def cadres(self) -> Iterator[Row]:
        for _ in range(300):
            entered = self.instant()
            left = self.maybe_after(entered, 0.5)
            row = {"cadre_id": self._id(), "org_code": self.rng.choice(self.orgs)}
            yield {**row, "entered_on": entered.date(), "left_on": left and left.date()}

    def workflow_items(self) -> Iterator[Row]:
        rng = self.rng
        modules = self.seeds["modules"]
        for org, year in self._some_years(0.7):
            module = rng.choice([module for module in modules if module["module_key"]])
            key = module["module_key"]
            usage = next(row for row in self.seeds["requirements"] if row["module_key"] == key)
            used, items = self.share(usage["requirement_id"], year)
            for number in range(items):
                channel = "platform" if number < used else "offline"
                yield self._item(org, module, self.instant(year), channel)
            category = rng.choice(["general", "business"])
            completed, items = self.share(f"9.4.{category}", year)
            of_category = [module for module in modules if module["category"] == category]
            for number in range(items):
                item = self._item(org, rng.choice(of_category), self.instant(year), "platform")
                done = self.after(item["accepted_at"]) if number < completed else None
                reopened = self.after(item["accepted_at"]) if rng.random() < 0.3 else None
                yield {**item, "completed_at": done or reopened, "status": "completed" if done else "open"}
        for _ in range(250):
            channel = rng.choice(["platform", "platform", "offline"])
            yield self._item(rng.choice(self.orgs), rng.choice(modules), self.instant(), channel)

    def _item(self, org: str, module: dict[str, str], accepted: datetime, channel: str) -> Row:
        statuses = ["open", "completed", "completed", "withdrawn", "duplicate", "transferred"]
        status = self.rng.choices(statuses, [4, 8, 8, 1, 1, 1])[0]
        return {
            "item_id": self._id(),
            "org_code": org,
            "module_code": module["module_code"],
            "accepted_at": accepted,
            "channel": channel,
            "status": status,
            # "a completed_at with another status lands: the item was reopened, and is not completed"
            "completed_at": self.after(accepted)
            if status == "completed" or self.rng.random() < 0.3
            else None,
        }

    def articles(self) -> Iterator[Row]:
        rng = self.rng
        few = rng.sample([*CITIES, *INDUSTRIES], 2)
        budget = 1500
        months = (self.last_month.year - 2020) * 12 + self.last_month.month
        for org in few:
            start = rng.randrange(max(1, months - 14))
            for first in [plus_months(date(2020, 1, 1), start + step) for step in range(14)]:
                wanted = self.number(self._threshold("9.5.month", max(first.year, 2020)))
                budget -= wanted
                for _ in range(wanted if budget > 0 and first < self.last_month else 0):
                    yield self._article(org, first, "local", stays=True)
        for org, year in self._some_years(0.4):
            for _ in range(rng.randrange(6)):
                first = date(year, rng.randrange(1, 13), 1)
                yield self._article(
                    org, first, rng.choice(["provincial", "provincial", "local"]), stays=False
                )
        for _ in range(150):
            first = self.day().replace(day=1)
            yield self._article(
                rng.choice(self.orgs), first, rng.choice(["provincial", "local"]), stays=False
            )

    def _article(self, org: str, first: date, scope: str, stays: bool) -> Row:
        start = datetime.fromordinal(first.toordinal())
        end = datetime.fromordinal(plus_months(first, 1).toordinal())
        published = self.rng.choice([start, end - timedelta(seconds=1), start + timedelta(days=14)])
        withdrawn = self.maybe_after(published, 0.5)
        if withdrawn and stays and withdrawn < end:
            withdrawn = end
        row = {"article_id": self._id(), "org_code": org, "channel_scope": scope, "title": "要闻"}
        return {**row, "published_at": published, "withdrawn_at": withdrawn}

    def channel_visits(self) -> Iterator[Row]:
        days = {(self.rng.choice(self.orgs), self.day()) for _ in range(300)}
        for org, day in sorted(days):
            visitors = self.rng.choice([None, 0, 3])
            views = self.rng.choice([0, 1, 7, 3_000_000_000])
            yield {"org_code": org, "visited_on": day, "page_views": views, "visitors": visitors}

    def benefit_services(self) -> Iterator[Row]:
        for row in self._published("9.7", "8.10.benefits", "launched_on"):
            yield {"service_id": self._id(), "service_name": "体检", **row}

    def activities(self) -> Iterator[Row]:
        for row in self._published("9.8", "8.10.activities", "started_on"):
            yield {"activity_id": self._id(), "activity_name": "徒步", **row}

    def _published(self, local: str, department: str, column: str) -> Iterator[Row]:
        quantities = [
            row for row in self.seeds["prescribed_quantities"] if row["requirement_id"] == department
        ]
        for org, year in self._some_years(0.5):
            wanted = self._threshold(local, year)
            for row in quantities:
                if row["org_code"] in ("*", org) and int(row["year"]) == year and org in DEPARTMENTS:
                    wanted = Fraction(row["quantity"])
            for _ in range(self.number(wanted)):
                yield {"org_code": org, column: self.day(year), "status": "published"}
            for status in ("draft", "cancelled"):
                yield {"org_code": org, column: self.day(year), "status": status}
        for _ in range(60):
            status = self.rng.choice(["published", "published", "draft", "cancelled"])
            yield {"org_code": self.rng.choice(self.orgs), column: self.day(), "status": status}

    def process_applications(self) -> Iterator[Row]:
        for org in self.orgs:
            for _ in range(self.rng.choice([0, 1, 4, 12])):
                applied = self.instant()
                approved = self.maybe_after(applied, 0.85)
                onlined = approved and self.maybe_after(approved, 0.85)
                yield {
                    "process_id": self._id(),
                    "org_code": org,
                    "process_name": "审批",
                    "applied_on": applied.date(),
                    "approved_on": approved and approved.date(),
                    "onlined_on": onlined and onlined.date(),
                }

    def promotion_plans(self) -> Iterator[Row]:
        for org in self.orgs:
            for year in range(2019, self.years[-1] + 2):
                days = [date(year - 1, 12, 31), date(year, 1, 1), date(year, 2, 29 if year % 4 == 0 else 28)]
                days += [date(year, 3, 1), date(year, 12, 31), date(year + 1, 1, 1), date(year - 1, 6, 30)]
                if self.rng.random() < 0.6:
                    yield {"org_code": org, "plan_year": year, "adopted_on": self.rng.choice(days)}
