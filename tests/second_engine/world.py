"""A world in which each ruling that is a choice is the other one, verdicts are waived, counts withheld."""

from dataclasses import replace
from pathlib import Path

from tests.worlds import scratch, variations, worlds
from tests.worlds.contract import World
from tests.worlds.oracle import Oracle

# By the last three bits of its number a world has the other option of each reading.
SEED = 15


def write(folder: Path) -> dict[str, str]:
    """Write the world's files into a new folder; returns the variables that dbt builds it with."""
    made = worlds.make(SEED, variations.read(scratch.SHIPPED_REFERENCE))
    folder.mkdir()
    scratch.write(_with_waivers_and_limits(made), folder)
    return {
        "as_of_month": f"{made.as_of:%Y-%m}",
        "landed_dir": str(folder / "landed"),
        "reference_dir": str(folder / "reference"),
    }


def _with_waivers_and_limits(made: World) -> World:
    missed = {
        (each.org_code, each.requirement_id) for each in Oracle(made).verdicts() if each.status == "FAIL"
    }
    waivers = [
        {
            "org_code": org,
            "requirement_id": requirement,
            "month_from": "2020-03-01",
            "month_to": f"{made.as_of:%Y-%m-01}",
            "reason": "系统迁移",
            "approved_by": "领导小组办公室",
            "expires_on": "2099-12-31",
        }
        for org, requirement in sorted(missed)[::3]
    ]
    limits = [
        {"module_code": module["module_code"], "withheld_below": "3", "reason": "件数少"}
        for module in made.seeds["modules"]
    ]
    return replace(made, seeds={**made.seeds, "waivers": waivers, "small_count_limits": limits})
