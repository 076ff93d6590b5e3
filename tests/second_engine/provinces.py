"""31 invented provinces: reference seeds with a city of each, and an inbox for each."""

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random

from orchestration.home import REFERENCE_SEEDS
from tests.landing.office import EXPORTS, csv_text, row

# Those of the mainland, GB/T 2260-2007.
CODES = (
    *(11, 12, 13, 14, 15),
    *(21, 22, 23),
    *(31, 32, 33, 34, 35, 36, 37),
    *(41, 42, 43, 44, 45, 46),
    *(50, 51, 52, 53, 54),
    *(61, 62, 63, 64, 65),
)
FIRST = "11"
DAY = "20210331"
# One whose key is checked across provinces, one that modules are counted of, one whose key has the org.
LANDED = ("registered_users", "workflow_items", "channel_visits")
_CHOICES = {
    "办理方式": ("平台", "线下"),
    "模块编码": ("YW01", "YW02"),
    "注册时间": ("2020-03-05", "2020-11-30", "2021-01-01", "2021-03-30"),
    "受理时间": ("2020-03-05", "2020-12-31", "2021-02-28"),
}


@dataclass(frozen=True)
class Province:
    """A province by its code, and the city whose rows its exports hold."""

    code: str

    @property
    def city(self) -> str:
        """A city."""
        return f"{self.code}9900"

    def files(self) -> dict[str, str]:
        """Its exports, by name: some rows of each, of every other province under a code nobody knows."""
        random = Random(self.code)
        return {
            f"{EXPORTS[name].chinese}_{DAY}_{self.code}.csv": csv_text(self._rows(name, random))
            for name in LANDED
        }

    def _rows(self, export: str, random: Random) -> list[dict[str, str]]:
        found = [self._row(export, number, random) for number in range(random.randint(4, 6))]
        # As often in the first as it takes to be listed among unknown spellings.
        for cells in found[: 3 if self.code == FIRST else int(self.code) % 2]:
            cells[_org_header(export)] = f"nowhere{self.code}"
        return found

    def _row(self, export: str, number: int, random: Random) -> dict[str, str]:
        cells = row(export, f"{self.code}-{number}") | {_org_header(export): self.city}
        for header in cells.keys() & _CHOICES.keys():
            cells[header] = random.choice(_CHOICES[header])
        if export == "channel_visits":  # whose key is an org and a day
            cells["日期"] = f"2021-03-{1 + number:02}"
        return cells


PROVINCES = [Province(str(code)) for code in CODES]


def _org_header(export: str) -> str:
    return next(column.header for column in EXPORTS[export].columns if column.name == "org_code")


def write_reference(folder: Path) -> None:
    """The shipped organizations, and the city of each province."""
    folder.mkdir()
    with (REFERENCE_SEEDS / "organizations.csv").open(encoding="utf-8-sig", newline="") as shipped:
        rows = [*csv.DictReader(shipped)]
    blank = dict.fromkeys(rows[0], "")
    for each in PROVINCES:
        name = f"样例{each.code}市"
        named = {"org_code": each.city, "org_name": name, "short_name": name, "org_type": "city"}
        flags = {"is_department": "false", "is_local": "true", "is_sample": "true"}
        rows.append(blank | named | flags)
    with (folder / "organizations.csv").open("w", encoding="utf-8", newline="") as own:
        writer = csv.DictWriter(own, list(blank), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_inbox(folder: Path, *provinces: Province) -> None:
    """The exports of some provinces."""
    folder.mkdir()
    for each in provinces:
        for name, text in each.files().items():
            (folder / name).write_text(text, encoding="utf-8")
