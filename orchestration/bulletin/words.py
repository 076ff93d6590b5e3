"""Numbers, dates and lists of names as an official Chinese text has them.

Nothing is rounded: 89.999% must not read as 90%. What is cut off is cut towards zero.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orchestration.bulletin.cells import decimal_cell

Number = int | float | Decimal

NOTHING = "—"
"""What a cell of a table says where there is no value."""

_CLAUSE_NUMBER = re.compile(r"^(?:第[^条]{1,3}条|[（(][^）)]{1,3}[）)])\s*")
_WAN = 10_000
_NUMERALS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")


@dataclass(frozen=True)
class Group:
    """What a text calls the organizations of one type: `21个市（州）总工会`, `68家…工会`."""

    noun: str
    measure: str

    def counted(self, count: str) -> str:
        """So many of them; `count` is written by the caller."""
        return f"{count}{self.measure}{self.noun}"


GROUPS = {
    "city": Group("市（州）总工会", "个"),
    "industry": Group("省产业工会", "个"),
    "enterprise": Group("省产业（局）、企业集团（公司）工会", "家"),
    "target_group": Group("合并安排单位", "个"),
    "department": Group("省总机关部门", "个"),
    "affiliate": Group("直属单位", "个"),
    "all": Group("单位", "个"),
}
"""By `org_type`."""


def count(number: Number) -> str:
    """Heads or items: `1,234`; a number with a fraction keeps two places, `3.33`."""
    return trimmed(_cut(number, is_share=False))


def wan(number: Number) -> str:
    """As the annexes have it: `20万`, `19.99万`; what is less than 1万 as `count` has it."""
    exact = Decimal(str(number))
    return count(exact) if abs(exact) < _WAN else f"{count(exact / _WAN)}万"


def rate(number: Number) -> str:
    """So many for each 1,000, which may be few: four places, the rest cut, `0.0061`."""
    return trimmed(Decimal(int(Decimal(str(number)) * _WAN)) / _WAN)


def per_thousand(label: str, unit: str) -> str:
    """What a factor is counted by: of 职工人数 `每千名职工`, of 地区生产总值 `每千亿元地区生产总值`."""
    heads = label.removesuffix("人数")
    return f"每千名{heads}" if heads != label else f"每千{unit}{label}"


def ratio(numerator: int, denominator: int, *, is_share: bool) -> str:
    """A quotient, cut by whole numbers: `93.97%`, `90%`; where it is no share of 1, `34.78`."""
    hundredths = numerator * (10_000 if is_share else 100) // denominator
    return f"{trimmed(Decimal(hundredths) / 100)}{'%' if is_share else ''}"


def percent(share: Number) -> str:
    """A share of 1 as `93.97%`, `90%`."""
    return f"{points(share)}%"


def points(share: Number) -> str:
    """How large a share, or its change, is in hundredths, without a sign for less: `3.5`."""
    return trimmed(abs(_cut(share, is_share=True) * 100))


def size(number: Number) -> str:
    """How much a number rose or fell by, without its sign."""
    return count(abs(Decimal(str(number))))


def trimmed(number: Decimal) -> str:
    """Thousands apart, no zeros at the end of a fraction: `1,234.5`."""
    written = f"{number:,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def chinese(number: int) -> str:
    """Return a number from 0 to 9999 in Chinese numerals: `十二`, `一百零五`."""
    if not 0 <= number <= 9_999:
        raise ValueError(f"{number} is not between 0 and 9999")
    if number == 0:
        return _NUMERALS[0]
    said = ""
    for place, digit in zip(reversed(range(len(str(number)))), map(int, str(number)), strict=True):
        if digit:
            said += _NUMERALS[digit] + _PLACES[place]
        elif not said.endswith(_NUMERALS[0]):
            said += _NUMERALS[0]
    said = said.rstrip(_NUMERALS[0])
    return said.removeprefix("一") if said.startswith("一十") else said


def day(moment: date) -> str:
    """`2022年12月31日`."""
    return f"{moment.year}年{moment.month}月{moment.day}日"


def month(moment: date) -> str:
    """`2022年12月`."""
    return f"{moment.year}年{moment.month}月"


def month_end(moment: date) -> str:
    """The last day of a month, `2022年12月31日`."""
    return day(last_day(moment))


def last_day(moment: date) -> date:
    """The last day of the month that `moment` lies in."""
    return moment.replace(day=monthrange(moment.year, moment.month)[1])


def clause(text: str) -> str:
    """The words of a clause, without the number before them, the mark after them, and spaces between."""
    return "".join(_CLAUSE_NUMBER.sub("", text).split()).rstrip("；。")


def listed(names: Iterable[str], at_most: int) -> str:
    """Names as a sentence has them, `甲、乙、丙`; of more than `at_most` the first ones and `等`.

    Who reads `等` wants to know how many there are: that number is the caller's to write after it.
    """
    every = list(names)
    return "、".join(every[:at_most]) + ("等" if len(every) > at_most else "")


def sentence(clauses: Sequence[str]) -> str:
    """Clauses as one sentence, blank ones left out; blank where nothing is left."""
    said = [clause for clause in clauses if clause]
    return f"{'，'.join(said)}。" if said else ""


def _cut(number: Number, *, is_share: bool) -> Decimal:
    """As the workbooks cut it: after two places, of a share after two of its per cent."""
    return Decimal(str(decimal_cell(Decimal(str(number)), is_share=is_share).value))
