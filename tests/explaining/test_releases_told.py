"""What a list of releases says of each, and what one of them says of itself."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from orchestration.explaining.tell import as_json, listed, listed_as_json, told_alone
from orchestration.home import Home
from orchestration.landing import LandedFile
from orchestration.publishing import releases
from orchestration.publishing.manifest import MANIFEST, SnapshotUsed, read_manifest
from tests.publishing.small import INPUTS, RELEASE

pytestmark = pytest.mark.usefixtures("chinese")

Write = Callable[..., Path]

FIRST, SECOND, THIRD = (
    replace(RELEASE, release_id=f"2021030{day}T020000-abcdef", published_at=datetime(2021, 3, day, 2))
    for day in (1, 2, 3)
)
FILES = [LandedFile(f"注册用户_20210302_{part}.csv", str(part) * 64, 1) for part in (1, 2)]
USERS = SnapshotUsed("registered_users", date(2021, 3, 2), 19, 18, 1, tuple(FILES), "")


def test_the_one_in_force_is_marked_and_no_other(release: Write, home: Home) -> None:
    for each in (FIRST, SECOND, THIRD):
        release(each)
    releases.put_in_force(home, SECOND.release_id)
    marked = [line.split()[1] for line in listed(home, every=False).splitlines()[:-1] if line[0] == "*"]
    assert marked == [SECOND.release_id]
    assert [each["is_in_force"] for each in json.loads(listed_as_json(home))] == [False, True, False]


def test_where_readers_see_no_release_none_is_marked(release: Write, home: Home) -> None:
    release(FIRST)
    home.published_file.unlink()
    assert f"\n  {FIRST.release_id}" in listed(home, every=False)
    assert [each["is_in_force"] for each in json.loads(listed_as_json(home))] == [False]


def test_where_there_is_no_release_the_list_says_what_to_do(home: Home) -> None:
    assert "请先运行 gonghui refresh" in listed(home, every=False)
    assert json.loads(listed_as_json(home)) == []


@pytest.mark.parametrize(
    ("is_sample", "commit", "lines"),
    [
        (False, None, ["截至月份：2021-02", "代码：提交 不详"]),
        (True, "c" * 40, ["截至月份：2021-02，样例数据", f"代码：提交 {'c' * 40}"]),
    ],
)
def test_a_release_says_whether_it_is_the_sample_and_of_which_code(
    release: Write, home: Home, is_sample: bool, commit: str | None, lines: list[str]
) -> None:
    folder = release(replace(FIRST, is_sample=is_sample))
    manifest = read_manifest(folder)
    (folder / MANIFEST).unlink()
    replace(manifest, commit=commit).write(folder)
    told = told_alone(home, FIRST.release_id).splitlines()
    assert [line for line in told if line.startswith(("截至", "代码"))] == lines


def test_a_snapshot_of_several_files_has_a_line_for_each(release: Write, home: Home) -> None:
    release(FIRST, replace(INPUTS, exports=(USERS,)))
    told = told_alone(home, FIRST.release_id).splitlines()
    place = told.index("数据：")
    assert [line.split() for line in told[place + 2 : place + 4]] == [
        [*("注册用户", "registered_users", "2021-03-02", "19", "18", "1"), FILES[0].name, "1" * 64],
        [FILES[1].name, "2" * 64],
    ]
    assert FILES[0].name in as_json(home, FIRST.release_id), "what a person reads in it is no escape"


def test_a_release_without_documents_says_how_to_have_them_written(release: Write, home: Home) -> None:
    release(FIRST)
    assert told_alone(home, FIRST.release_id).splitlines()[-1] == (
        f"文书草稿：没有，gonghui bulletin --release {FIRST.release_id} 可写"
    )


def test_a_release_whose_tables_are_damaged_still_tells_what_it_follows_from(
    release: Write, home: Home
) -> None:
    warehouse = release(FIRST) / releases.WAREHOUSE
    warehouse.unlink()
    warehouse.write_bytes(b"not a database")
    assert "软件包：duckdb 1.5.6" in told_alone(home, FIRST.release_id).splitlines()


def test_what_is_wrong_with_a_release_is_no_escape_for_who_reads_the_list(release: Write, home: Home) -> None:
    (release(FIRST) / MANIFEST).unlink()
    assert "没有 manifest.json" in listed_as_json(home)
