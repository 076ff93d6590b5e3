"""Writes the sample, a province at toy scale, as `seeds/raw/*.csv`: for whoever has no export at hand.

    .venv/bin/python seeds/make_sample.py [--out DIR]

The same bytes on every run: each export has its own random.Random(int), of which only random() is used, and
nothing looks at the clock, the machine or another seed. All ids are impossible, no row is about a person.

What the sample shows, so that every status of contract §4 occurs:

- Events run from March 2020 to December 2022 (users, cadres, process applications from 2018). Usage,
  certification and completion rise from year to year, but not equally: orgs are some points ahead of what is
  asked, or behind it, and a few meet every threshold `exact`ly or fall one `short` of it.
- 9.1 asks for tens of thousands of users, the sample has dozens: IN_PROGRESS till November, FAIL in December.
  So is 8.6, but NOT_APPLICABLE for the industries: those they guide have no figure of their own (NO_TARGET).
- 12 of the 68 enterprises use the platform, the others are NOT_APPLICABLE. Those that CY02 guides do well: it
  passes 8.5, 8.7 and 8.8 every December. Those of CY01 are mixed, one of CY03's two is far behind.
- 成都 builds its channel up to 50 articles a month, is one short in February 2021 and keeps all of 2022;
  绵阳 begins in earnest in 2022, and June has 50 but for one withdrawn within the month.
- NO_DATA: channel_visits never landed. Its seed is a header alone, and landed_exports has no row for it.

Every row passes the row checks of contract §2; rejected_rows lists some that did not, as landing would.
"""

import argparse
import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

SEED = 20200316
YEARS = (2020, 2021, 2022)
FIRST, LAST = date(2020, 3, 2), date(2022, 12, 31)

Row = tuple[Any, ...]
RowsOf = Callable[[Random], Iterable[Row]]


class Org(NamedTuple):
    """An org and its character: points ahead of the average, or how far from every threshold it lands."""

    code: str
    name: str
    size: int
    lift: int
    near: int | None


def orgs(table: str) -> tuple[Org, ...]:
    """Read a table of code, name, size and standing: a lift, or `exact`, or `short`."""
    near = {"exact": 0, "short": -1}
    cells = iter(table.split())
    return tuple(
        Org(code, name, int(size), 0 if standing in near else int(standing), near.get(standing))
        for code, name, size, standing in zip(cells, cells, cells, cells, strict=True)
    )


def words(text: str) -> tuple[str, ...]:
    """Read a list of words."""
    return tuple(text.split())


OFFICES = orgs("""
    SZ01 省总办公室 3 9  SZ02 省总组织部 3 6  SZ03 省总宣传教育和网络工作部 3 14  SZ04 省总权益保障部 2 1
    SZ05 省总劳动和经济工作部 2 exact  SZ06 省总基层工作部 2 4  SZ07 省总财务部 2 -6
    SZ08 省总女职工部 1 short  SZ09 省总经费审查委员会办公室 1 -20  SZ10 省总机关党委 1 0
    ZS01 直属单位样例01 1 5  ZS02 直属单位样例02 1 -9  ZS03 直属单位样例03 0 -30
""")
INDUSTRIES = orgs("CY01 省教科文卫工会 2 3  CY02 省机电冶煤工会 1 12  CY03 省财贸轻化纺工会 1 -14")
CITIES = orgs("""
    510100 成都市总工会 5 14  510300 自贡市总工会 2 short  510400 攀枝花市总工会 1 exact
    510500 泸州市总工会 2 3  510600 德阳市总工会 2 8  510700 绵阳市总工会 3 9  510800 广元市总工会 1 2
    510900 遂宁市总工会 2 0  511000 内江市总工会 1 -4  511100 乐山市总工会 2 5  511300 南充市总工会 2 -7
    511500 宜宾市总工会 2 10  511600 广安市总工会 2 exact  511700 达州市总工会 2 -10
    511800 雅安市总工会 1 4  511900 巴中市总工会 2 -16  511400 眉山市总工会 1 1  512000 资阳市总工会 1 short
    513200 阿坝州总工会 1 -12  513300 甘孜州总工会 1 -25  513400 凉山州总工会 1 -18
""")
ENTERPRISES = orgs("""
    QT01 样例企业01工会 1 8  QT02 样例企业02工会 1 -3  QT03 样例企业03工会 1 12  QT04 样例企业04工会 1 0
    QT05 样例企业05工会 1 -15  QT24 样例企业24工会 1 25  QT25 样例企业25工会 1 30  QT26 样例企业26工会 1 25
    QT27 样例企业27工会 1 35  QT28 样例企业28工会 1 30  QT47 样例企业47工会 1 -30  QT48 样例企业48工会 1 5
""")
DEPARTMENTS = OFFICES + INDUSTRIES
LOCALS = CITIES + INDUSTRIES + ENTERPRISES

# Percent asked for, as the regulation has it; DRIFT is how far the average org is ahead of that.
HALF = {2020: 50, 2021: 70, 2022: 90}
MOST = {2020: 70, 2021: 80, 2022: 90}
THIRD = {2020: 30, 2021: 60, 2022: 90}
COMPLETION = 90
DRIFT = {2020: -5, 2021: 0, 2022: 7}

USAGE = {"TY01": HALF, "TY02": HALF, "TY03": MOST, "TY04": MOST, "TY05": MOST, "TY06": HALF, "TY07": HALF}
COMPLETING = ("TY03", "TY06", "TY07")
BUSINESS = ("YW01", "YW02", "YW03", "YW04", "YW05", "YW06")

# Articles a month on the two local channels that are run in earnest.
CHANNEL_PACE = {
    ("510100", 2020): (0, 0, 0, 0, 6, 12, 18, 25, 33, 41, 49, 50),
    ("510100", 2021): (50, 49, 51, 50, 52, 50, 50, 51, 50, 50, 53, 50),
    ("510100", 2022): (50, 50, 51, 50, 50, 52, 50, 50, 51, 50, 50, 54),
    ("510700", 2022): (50, 50, 50, 51, 50, 49, 50, 50, 51, 50, 50, 50),
}

VERBS = words("开展 启动 组织 举办 部署 推进 总结 调研")
TOPICS = words("""
    送清凉慰问 职工技能竞赛 劳模事迹宣讲 集体协商要约行动 女职工普法宣传 困难职工帮扶 金秋助学 职工疗休养
    户外劳动者驿站建设 职工书屋共建 安全生产劳动竞赛 新就业形态劳动者入会 职工心理健康讲座 法律援助进企业
""")
BENEFITS = words("观影优惠 生日蛋糕券 景区年票优惠 公交出行补贴 健康体检 图书借阅卡 暑期托管 健身优惠")
ACTIVITIES = words("羽毛球赛 健步走 青年职工联谊会 职工摄影展 读书分享会 送温暖活动 职工合唱比赛 趣味运动会")
PROCESSES = words("法人资格登记 会员关系转接 经费预算审批 互助理赔 竞赛报名 书屋申报 评优申报 培训报名")
TRADES = words("物流 建筑 餐饮 电子 纺织 物业 教育 农业")


def below(rng: Random, limit: int) -> int:
    """Draw a whole number from 0 to limit - 1."""
    return int(rng.random() * limit)


def pick(rng: Random, options: tuple[str, ...]) -> str:
    """Draw one of the options."""
    return options[below(rng, len(options))]


def between(rng: Random, first: date, last: date) -> date:
    """Draw a day from first to last."""
    return first + timedelta(days=below(rng, (last - first).days + 1))


def days(rng: Random, year: int, count: int) -> list[date]:
    """Draw so many days of a year, none before FIRST, and put them in order."""
    return sorted(between(rng, max(date(year, 1, 1), FIRST), date(year, 12, 31)) for _ in range(count))


def at_work(rng: Random, day: date) -> datetime:
    """Draw a moment between 8:30 and 17:30 of a day."""
    return datetime(day.year, day.month, day.day, 8, 30) + timedelta(seconds=below(rng, 9 * 3600))


def spread(rng: Random, total: int, hits: int) -> list[bool]:
    """Spread so many hits evenly over the total, beginning anywhere."""
    phase = below(rng, total)
    return [((i + 1) * hits + phase) // total > (i * hits + phase) // total for i in range(total)]


def reached(rng: Random, org: Org, year: int, total: int, asked: int) -> int:
    """Say how many of the total an org brings about in a year, where so many percent are asked."""
    if org.near is not None:
        return max(0, min(total, -(-total * asked // 100) + org.near))
    percent = asked + DRIFT[year] + org.lift + below(rng, 9) - 4
    return (total * max(0, min(100, percent)) + below(rng, 100)) // 100


def cases(rng: Random, org: Org, year: int, least: int, asked: int) -> list[tuple[date, str]]:
    """Give an org's cases of a year in order, day and channel: ten if they are to meet thresholds exactly."""
    total = 10 if org.near is not None else least + org.size + below(rng, 3)
    hits = spread(rng, total, reached(rng, org, year, total, asked))
    return list(zip(days(rng, year, total), ["platform" if hit else "offline" for hit in hits], strict=True))


# --- one function per export: its rows, in any order and without their ids


EXPORTS: list[tuple[str, str, str, RowsOf]] = []  # landed name, file name, columns, rows


def export(chinese: str, columns: str) -> Callable[[RowsOf], RowsOf]:
    """Enlist a function as what makes the rows of the export of its name."""

    def enlist(rows_of: RowsOf) -> RowsOf:
        EXPORTS.append((rows_of.__name__, chinese, columns, rows_of))
        return rows_of

    return enlist


@export("注册用户", "user_id org_code registered_at certified_at cancelled_at")
def registered_users(rng: Random) -> Iterator[Row]:
    """Users register at the annex's pace, most of them in 2020; a few cancel."""
    for org in LOCALS:
        users: list[list[Any]] = []  # registered, certified, cancelled
        for year, weight in {2018: 1, 2019: 1, 2020: 6, 2021: 4, 2022: 2}.items():
            for _ in range(weight * org.size + below(rng, 2)):
                registered = at_work(rng, between(rng, date(year, 1, 1), date(year, 12, 30)))
                cancelled = at_work(rng, between(rng, registered.date() + timedelta(1), LAST))
                users.append([registered, None, cancelled if rng.random() < 0.04 else None])
        users.sort(key=lambda user: user[0])
        for year in YEARS:
            certify(rng, org, year, users)
        yield from ((org.code, *user) for user in users)


def certify(rng: Random, org: Org, year: int, users: list[list[Any]]) -> None:
    """Certify, in the course of a year, as many as bring the org to where it stands at its end."""
    year_end = datetime(year, 12, 31, 23)
    stock = [user for user in users if user[0] < year_end and (user[2] is None or user[2] > year_end)]
    waiting = [user for user in stock if user[1] is None]
    due = reached(rng, org, year, len(stock), THIRD[year]) - (len(stock) - len(waiting))
    for user, hit in zip(waiting, spread(rng, len(waiting), max(due, 0)), strict=True):
        if hit:
            day = between(rng, max(user[0].date(), date(year, 1, 1)), date(year, 12, 31))
            user[1] = max(user[0] + timedelta(minutes=5), at_work(rng, day))


@export("新增会员", "member_id org_code joined_on channel")
def new_members(rng: Random) -> Iterator[Row]:
    """Members join, from year to year more of them on the platform."""
    for org, year in product(LOCALS, YEARS):
        yield from ((org.code, *case) for case in cases(rng, org, year, 2, THIRD[year]))


@export("新建基层工会", "union_id org_code union_name founded_on channel")
def new_unions(rng: Random) -> Iterator[Row]:
    """Unions are founded, by an enterprise only now and then."""
    for org, year in product(LOCALS, YEARS):
        for day, channel in cases(rng, org, year, -1 if org in ENTERPRISES else 1, THIRD[year]):
            yield org.code, f"{pick(rng, TRADES)}样例单位{1 + below(rng, 999):03}工会委员会", day, channel


@export("工会干部", "cadre_id org_code entered_on left_on")
def cadres(rng: Random) -> Iterator[Row]:
    """Cadres are entered from 2018 on; some have left."""
    for org in LOCALS:
        for _ in range(1 + 3 * org.size + below(rng, 3)):
            entered = between(rng, date(2018, 1, 8), date(2022, 6, 30))
            yield org.code, entered, between(rng, entered, LAST) if rng.random() < 0.15 else None


@export("办件", "item_id org_code module_code accepted_at channel status completed_at")
def workflow_items(rng: Random) -> Iterator[Row]:
    """Departments are judged by module and do not use all of them, local orgs by category."""
    for year in YEARS:
        for number, org in enumerate(DEPARTMENTS):
            for place, (module, asked) in enumerate(USAGE.items()):
                if (number + place) % 3:
                    yield from desk(rng, org, year, (module,), year - 2018, asked[year])
            yield from desk(rng, org, year, BUSINESS, 3, HALF[year])
        for org in CITIES + ENTERPRISES:
            # Completion of the platform's items is judged: all ten are such where it shall be exact.
            for modules in (COMPLETING, BUSINESS):
                yield from desk(rng, org, year, modules, 3, HALF[year] if org.near is None else 100)


def desk(rng: Random, org: Org, year: int, modules: tuple[str, ...], least: int, asked: int) -> Iterator[Row]:
    """Handle a year's items: those that count, and now and then one that does not."""
    handled = cases(rng, org, year, least, asked)
    on_platform = sum(channel == "platform" for _, channel in handled)
    in_time = iter(spread(rng, on_platform, reached(rng, org, year, on_platform, COMPLETION)))
    for number, (day, channel) in enumerate(handled):
        accepted = at_work(rng, day)
        done = completion(rng, accepted, channel == "offline" or next(in_time))
        module, status = modules[number % len(modules)], "completed" if done else "open"
        yield org.code, module, accepted, channel, status, done
    if rng.random() < 0.2:
        status = pick(rng, ("withdrawn", "duplicate", "transferred"))
        yield org.code, pick(rng, modules), at_work(rng, days(rng, year, 1)[0]), "platform", status, None


def completion(rng: Random, accepted: datetime, in_time: bool) -> datetime | None:
    """Complete an item within a fortnight and its year, or else in the next year, or not yet."""
    year_end = datetime(accepted.year, 12, 31, 17, 45)
    if in_time:
        return min(at_work(rng, accepted.date() + timedelta(1 + below(rng, 13))), year_end)
    if accepted.year == LAST.year or rng.random() < 0.3:
        return None
    return at_work(rng, between(rng, year_end.date() + timedelta(4), year_end.date() + timedelta(120)))


@export("信息发布", "article_id org_code channel_scope title published_at withdrawn_at")
def articles(rng: Random) -> Iterator[Row]:
    """Two channels are run in earnest, the others now and then; offices write for the provincial one."""
    for org, year in product(OFFICES + LOCALS, YEARS):
        if (org.code, year) not in CHANNEL_PACE:
            for day in days(rng, year, below(rng, 3)):
                yield article(rng, org, day, withdrawn_after=20 if rng.random() < 0.04 else None)
            continue
        for month, count in enumerate(CHANNEL_PACE[org.code, year], start=1):
            for number in range(count):
                # One of a quarter is withdrawn after its month: it counts. The extra ones do not.
                late = 40 if number == 0 and month in (3, 6, 9) else None
                yield article(rng, org, date(year, month, 1 + number * 27 // count), late)
            if count == 49 or (count and month % 4 == 0):
                yield article(rng, org, date(year, month, 9), withdrawn_after=6)


def article(rng: Random, org: Org, day: date, withdrawn_after: int | None) -> Row:
    """Publish an article, and withdraw it after so many days, but not later than the last."""
    title = f"{org.name}{pick(rng, VERBS)}{pick(rng, TOPICS)}"
    published = at_work(rng, day)
    withdrawn = withdrawn_after and min(published + timedelta(withdrawn_after), datetime(2022, 12, 31, 18))
    return org.code, "provincial" if org in OFFICES else "local", title, published, withdrawn


@export("频道访问", "org_code visited_on page_views visitors")
def channel_visits(_rng: Random) -> Iterable[Row]:
    """Nothing: the export that never landed."""
    return ()


@export("普惠服务", "service_id org_code service_name launched_on status")
def benefit_services(rng: Random) -> Iterator[Row]:
    """Benefits are put online."""
    return offers(rng, BENEFITS)


@export("工会活动", "activity_id org_code activity_name started_on status")
def activities(rng: Random) -> Iterator[Row]:
    """Activities are held."""
    return offers(rng, ACTIVITIES)


def offers(rng: Random, names: tuple[str, ...]) -> Iterator[Row]:
    """Plan 12 a year in a city, of which ten (83 percent) are asked; elsewhere one."""
    for org, year in product(OFFICES + LOCALS, YEARS):
        published = reached(rng, org, year, 12 if org in CITIES else 1, 83)
        for number, day in enumerate(days(rng, year, published + below(rng, 2))):
            status = "published" if number < published else pick(rng, ("draft", "cancelled"))
            yield org.code, f"{org.name}{year}年{pick(rng, names)}", day, status


@export("业务上网", "process_id org_code process_name applied_on approved_on onlined_on")
def process_applications(rng: Random) -> Iterator[Row]:
    """Departments apply for some processes; all but the last are approved, and not all of those go online."""
    for number, org in enumerate(DEPARTMENTS):
        approved = 2 * org.size + 1 if org.size else 0
        online = spread(rng, approved, reached(rng, org, 2022, approved, 100))
        for place, is_online in enumerate([*online, None]):
            applied = between(rng, date(2018, 3, 1), date(2022, 3, 31))
            approved_on = None if is_online is None else applied + timedelta(20 + below(rng, 60))
            onlined_on = approved_on + timedelta(30 + below(rng, 150)) if approved_on and is_online else None
            yield org.code, PROCESSES[(number * 3 + place) % len(PROCESSES)], applied, approved_on, onlined_on


@export("推广计划", "org_code plan_year adopted_on")
def promotion_plans(rng: Random) -> Iterator[Row]:
    """Plans are adopted in March where things go well, late where not, or not at all."""
    for org, year in product(DEPARTMENTS, YEARS):
        ahead = org.lift + DRIFT[year]
        if ahead > -25 and org.near != -1:
            month = 3 if ahead > 0 else 7 if ahead > -10 else 11
            yield org.code, year, between(rng, date(year, month, 1), date(year, month, 28))


# Refused: export, row, reason, no sheet, and the column's header where one column offends.
REFUSED = (
    ("registered_users", 57, "missing_required", None, "registered_at", "510300"),
    ("new_members", 128, "bad_value", None, "channel", "510100"),
    ("new_unions", 84, "unknown_code", None, "org_code", None),
    ("workflow_items", 19, "bad_format", None, "accepted_at", "SZ03"),
    ("workflow_items", 402, "status_conflict", None, "completed_at", "510700"),
    ("workflow_items", 1530, "duplicate_row", None, None, "510100"),
    ("articles", 1816, "date_order", None, "withdrawn_at", "511500"),
    ("activities", 266, "future_date", None, "started_on", "510900"),
)


def with_ids(columns: list[str], rows: Iterable[Row]) -> list[Row]:
    """Put rows in the order of their first date and number them, where an id is the key."""
    prefix = columns[0][0].upper() if columns[0].endswith("_id") else ""
    dated = [column[-3:] in ("_at", "_on") for column in columns].index(True) - bool(prefix)
    ordered = enumerate(sorted(rows, key=lambda row: row[dated]), start=1)
    return [(f"{prefix}{number:06}", *row) if prefix else row for number, row in ordered]


def write_csv(out: Path, name: str, columns: str, rows: list[Row]) -> None:
    """Write a seed: UTF-8, ISO dates, a blank for null."""
    with (out / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns.split(), *rows])


def write_sample(out: Path) -> None:
    """Write every raw seed into an existing directory."""
    landed: list[Row] = []
    rejected: list[Row] = []
    for number, (name, chinese, columns, rows_of) in enumerate(EXPORTS):
        rows = with_ids(columns.split(), rows_of(Random(SEED + number)))
        write_csv(out, name, columns, rows)
        if rows:
            day = date(2023, 1, 1 + number % 3)
            file = f"{chinese}_{day:%Y%m%d}.csv"
            refused = [(name, file, *why) for export, *why in REFUSED if export == name]
            landed.append((name, day, len(rows) + len(refused), len(rows), len(refused)))
            rejected += refused
    write_csv(out, "landed_exports", "export_name export_date rows_read rows_landed rows_rejected", landed)
    write_csv(
        out,
        "rejected_rows",
        "export_name file_name row_number reason sheet_name column_name org_code",
        rejected,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the sample raw seeds.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "raw", help="default: seeds/raw")
    write_sample(parser.parse_args().out)
