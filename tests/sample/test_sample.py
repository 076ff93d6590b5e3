"""The sample: the committed seeds are what the script writes, and landing would keep every row of it."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

SEEDS = Path(__file__).parents[2] / "seeds"
RAW = SEEDS / "raw"
SCRIPT = SEEDS / "make_sample.py"
KEYS = {
    "registered_users": ["user_id"],
    "new_members": ["member_id"],
    "new_unions": ["union_id"],
    "cadres": ["cadre_id"],
    "workflow_items": ["item_id"],
    "articles": ["article_id"],
    "channel_visits": ["org_code", "visited_on"],
    "benefit_services": ["service_id"],
    "activities": ["activity_id"],
    "process_applications": ["process_id"],
    "promotion_plans": ["org_code", "plan_year"],
}
EXPORT_NAMES = tuple(KEYS)

OPTIONAL = {
    "certified_at",
    "cancelled_at",
    "left_on",
    "completed_at",
    "withdrawn_at",
    "approved_on",
    "onlined_on",
}
ORDERS = [
    ("registered_users", "registered_at", "certified_at"),
    ("registered_users", "registered_at", "cancelled_at"),
    ("cadres", "entered_on", "left_on"),
    ("workflow_items", "accepted_at", "completed_at"),
    ("articles", "published_at", "withdrawn_at"),
    ("process_applications", "applied_on", "approved_on"),
    ("process_applications", "approved_on", "onlined_on"),
]
LISTS = [
    ("new_members", "channel", {"platform", "offline"}),
    ("new_unions", "channel", {"platform", "offline"}),
    ("workflow_items", "channel", {"platform", "offline"}),
    ("workflow_items", "status", {"open", "completed", "withdrawn", "duplicate", "transferred"}),
    ("articles", "channel_scope", {"provincial", "local"}),
    ("benefit_services", "status", {"published", "draft", "cancelled"}),
    ("activities", "status", {"published", "draft", "cancelled"}),
]


def load_script() -> ModuleType:
    """Import the script: it lies beside the seeds, in no package."""
    spec = importlib.util.spec_from_file_location("make_sample", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(folder: Path, name: str) -> pd.DataFrame:
    """Read a seed as text, blanks as null."""
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the script writes now."""
    out = tmp_path_factory.mktemp("sample")
    load_script().write_sample(out)
    return out


@pytest.fixture(scope="module")
def sample(written: Path) -> dict[str, pd.DataFrame]:
    """The rows of each export, dates and times parsed strictly."""
    exports = {name: read(written, name) for name in EXPORT_NAMES}
    for rows in exports.values():
        for column in rows.columns:
            if column.endswith("_at"):
                rows[column] = pd.to_datetime(rows[column], format="%Y-%m-%d %H:%M:%S")
            elif column.endswith("_on"):
                rows[column] = pd.to_datetime(rows[column], format="%Y-%m-%d")
    return exports


def test_committed_seeds_are_what_the_script_writes(written: Path) -> None:
    """Byte for byte, and no other CSV lies there."""
    assert sorted(path.name for path in written.iterdir()) == sorted(path.name for path in RAW.glob("*.csv"))
    for path in written.iterdir():
        assert path.read_bytes() == (RAW / path.name).read_bytes(), path.name


def test_out_option_writes_elsewhere_and_the_same(written: Path, tmp_path: Path) -> None:
    """Another process with another hash seed and locale writes the same bytes, where it is told to."""
    environment = {"PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "America/New_York"}
    subprocess.run([sys.executable, SCRIPT, "--out", tmp_path], check=True, env=environment)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in written.iterdir()
    }


def test_the_sample_stays_small(written: Path, sample: dict[str, pd.DataFrame]) -> None:
    """A few thousand rows, no file that bloats the repository."""
    assert 6_000 <= sum(map(len, sample.values())) <= 9_000
    assert max(path.stat().st_size for path in written.iterdir()) < 600_000


@pytest.mark.parametrize("name", EXPORT_NAMES)
def test_required_cells_are_given(sample: dict[str, pd.DataFrame], name: str) -> None:
    """missing_required."""
    rows = sample[name]
    assert rows.drop(columns=OPTIONAL & set(rows.columns)).notna().all(axis=None)


@pytest.mark.parametrize(("name", "column", "values"), LISTS)
def test_listed_values(sample: dict[str, pd.DataFrame], name: str, column: str, values: set[str]) -> None:
    """bad_value; and each value of the list occurs."""
    assert set(sample[name][column]) == values


@pytest.mark.parametrize("name", EXPORT_NAMES)
def test_codes_are_known(sample: dict[str, pd.DataFrame], name: str) -> None:
    """unknown_code: no target_group, and departments where a department is meant."""
    organizations = read(SEEDS / "reference", "organizations").set_index("org_code")
    rows = sample[name]
    assert set(rows["org_code"]) <= set(organizations.index[organizations["org_type"] != "target_group"])
    if name in ("process_applications", "promotion_plans"):
        assert (organizations.loc[rows["org_code"], "is_department"] == "true").all()
    if name == "workflow_items":
        assert set(rows["module_code"]) <= set(read(SEEDS / "reference", "modules")["module_code"])


@pytest.mark.parametrize(("name", "earlier", "later"), ORDERS)
def test_dates_are_in_order(sample: dict[str, pd.DataFrame], name: str, earlier: str, later: str) -> None:
    """date_order; and both kinds of rows occur, with the later date and without."""
    rows = sample[name]
    given = rows[later].notna()
    assert given.any() and not given.all()
    assert (rows.loc[given, earlier] <= rows.loc[given, later]).all()


@pytest.mark.parametrize("name", EXPORT_NAMES)
def test_no_date_after_2022(sample: dict[str, pd.DataFrame], name: str) -> None:
    """future_date: the exports are of 2023-01-01 to 03, the events end with 2022."""
    dates = sample[name].select_dtypes("datetime")
    assert not dates.empty or name == "channel_visits"
    assert (dates.isna() | (dates >= "2018-01-01") & (dates < "2023-01-01")).all(axis=None)


def test_status_and_dates_agree(sample: dict[str, pd.DataFrame]) -> None:
    """status_conflict."""
    items = sample["workflow_items"]
    assert (items["completed_at"].notna() == (items["status"] == "completed")).all()
    processes = sample["process_applications"]
    assert processes.loc[processes["onlined_on"].notna(), "approved_on"].notna().all()


@pytest.mark.parametrize("name", EXPORT_NAMES)
def test_keys_are_unique(sample: dict[str, pd.DataFrame], name: str) -> None:
    """duplicate_row, duplicate_key."""
    assert not sample[name].duplicated(KEYS[name]).any()


def test_landed_exports_count_the_rows(written: Path, sample: dict[str, pd.DataFrame]) -> None:
    """All but channel_visits have landed; what was read is what landed and what was refused."""
    landed = read(written, "landed_exports").set_index("export_name")
    refused = read(written, "rejected_rows").groupby("export_name").size().reindex(landed.index, fill_value=0)
    assert set(landed.index) == set(EXPORT_NAMES) - {"channel_visits"}
    assert set(landed["export_date"]) == {"2023-01-01", "2023-01-02", "2023-01-03"}
    for name, row in landed.iterrows():
        assert int(row["rows_landed"]) == len(sample[name])
        assert int(row["rows_rejected"]) == refused[name]
        assert int(row["rows_read"]) == len(sample[name]) + refused[name]


def test_rejected_rows_are_plausible(written: Path) -> None:
    """They name a file of their export's date and a row it has; several reasons and exports occur."""
    rejected = read(written, "rejected_rows")
    landed = read(written, "landed_exports").set_index("export_name").loc[rejected["export_name"]]
    dates = landed["export_date"].str.replace("-", "").to_numpy()
    assert (rejected["file_name"].str.extract(r"_(\d{8})\.csv$")[0] == dates).all()
    assert (rejected["row_number"].astype(int) <= landed["rows_read"].astype(int).to_numpy()).all()
    assert not rejected.duplicated(["file_name", "row_number"]).any()
    assert rejected["reason"].nunique() >= 5
    assert rejected["export_name"].nunique() >= 4
