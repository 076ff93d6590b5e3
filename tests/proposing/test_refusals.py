"""What a proposal is refused for: options, bounds, factors, folders; each fault says what cannot be."""

import re
import shutil
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.cli.propose_command import _amount, _share
from orchestration.errors import UsageFault
from orchestration.home import REFERENCE_SEEDS
from orchestration.proposing.apportion import apportion, highest, lowest
from orchestration.proposing.entering import enter
from orchestration.proposing.limits import Limits, held, refuse_unmet
from orchestration.proposing.proposal import Asked, propose
from orchestration.proposing.published import read
from orchestration.reference import ReferenceRefused, ReferenceSeeds

PART = Decimal("0.1")


def asked(requirement: str = "9.1", year: int = 2023, total: str = "10", part: str = "0.1", **more) -> Asked:
    return Asked(requirement, year, Decimal(total), Decimal(part), Limits(), **more)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"year": 1999}, "--year 1999：应为 2000 至 2099"),
        ({"year": 2100}, "--year 2100：应为 2000 至 2099"),
        ({"total": "0"}, "--total 0：应为 0.1 万的整数倍"),
        ({"total": "10.05"}, "--total 10.05：应为 0.1 万的整数倍"),
        ({"part": "0"}, "--unit 0：应为正数"),
        ({"part": "0.00005"}, "--unit 0.00005：应为正数，最多四位小数"),
    ],
)
def test_an_option_that_cannot_be_is_refused(options: dict[str, str], told: str) -> None:
    with pytest.raises(UsageFault, match=told):
        asked(**options)


@pytest.mark.parametrize("text", ["十", "nan", "inf", "-1", "-0.5", "10001", "10000.1", ""])
def test_an_amount_is_a_number_of_wan(text: str) -> None:
    with pytest.raises(UsageFault, match=r"--total .*：应为以万计的数"):
        _amount("--total", text)


@pytest.mark.parametrize("text", ["30", "30%%", "30%3", "%", "-3%", "-0.5%", "nan%"])
def test_a_change_is_a_percentage(text: str) -> None:
    with pytest.raises(UsageFault, match="应写作百分数，如 30%"):
        _share("--change", text)


def test_amounts_and_shares_are_exact() -> None:
    assert (_amount("--total", "60.3"), _share("--change", "12.5%")) == (Decimal("60.3"), Decimal("0.125"))
    assert (_amount("--total", "10000"), _amount("--floor", "0")) == (10_000, 0)
    assert _share("--change", "0%") == 0


def refused(total: int, befores: list[str | None], **limits: str) -> str:
    """What is said of bounds, of units that had so much the year before."""
    chosen = Limits(**{name: Decimal(value) for name, value in limits.items()})
    units = {
        f"单位{number}": held(chosen, PART, None if before is None else Decimal(before), 2023)
        for number, before in enumerate(befores)
    }
    with pytest.raises(UsageFault) as fault:
        refuse_unmet(total, units, PART)
    return str(fault.value)


def test_a_floor_that_is_more_than_the_total_is_named() -> None:
    told = refused(9, [None, None], floor="0.5")
    assert told.startswith("仅 --floor 一项，2 个单位即共 1 万：2 个单位至少共 1 万，多于合计 0.9 万")


def test_a_ceiling_that_is_less_than_the_total_is_named() -> None:
    told = refused(11, [None, None], ceiling="0.5")
    assert told.startswith("仅 --ceiling 一项，2 个单位即共 1 万：2 个单位至多共 1 万，少于合计 1.1 万")


def test_a_change_that_the_total_exceeds_is_named() -> None:
    told = refused(140, ["5", "5"], change="0.3")
    assert told.startswith("仅 --change 一项，2 个单位即共 13 万：2 个单位至多共 13 万，少于合计 14 万")


def test_a_change_that_the_total_falls_short_of_is_named() -> None:
    told = refused(60, ["5", "5"], change="0.3")
    assert told.startswith("仅 --change 一项，2 个单位即共 7 万：2 个单位至少共 7 万，多于合计 6 万")


def test_bounds_that_are_too_much_together_are_named_so() -> None:
    """Neither the floor (2 of 4) nor the change (3.5 of 4) is too much by itself."""
    told = refused(40, ["5", "0.5"], floor="1", change="0.3")
    assert "单位1 无法同时满足 --floor（不低于 1 万）和 --change" in told
    assert "各项下限合在一起：2 个单位至少共 4.5 万，多于合计 4 万" in told


def test_bounds_that_are_too_little_together_are_named_so() -> None:
    told = refused(70, ["5", "1"], ceiling="5", change="0.3")
    assert told.startswith("各项上限合在一起：2 个单位至多共 6.3 万，少于合计 7 万")


@pytest.mark.parametrize(
    ("total", "befores", "limits", "told"),
    [
        (20, ["3", None], {"floor": "1", "change": "0.5"}, "各项下限合在一起"),
        (30, ["0.8", None], {"ceiling": "1.5", "change": "0.5"}, "各项上限合在一起"),
        (30, ["1", None], {"ceiling": "1.2", "change": "0.5"}, "仅 --ceiling 一项，2 个单位即共 2.4 万"),
    ],
)
def test_an_option_is_named_where_it_alone_is_at_fault(
    total: int, befores: list[str | None], limits: dict[str, str], told: str
) -> None:
    """Not where it comes to the total itself, nor one that leaves a unit free to take the rest."""
    assert refused(total, befores, **limits).partition("：")[0] == told


def test_a_change_by_more_than_all_leads_to_nought() -> None:
    bounds = held(Limits(change=Decimal("1.5")), PART, Decimal(2), 2023)
    assert [(limit.parts, limit.told) for limit in bounds.below] == [
        (0, "2022 年 2 万，增减不超过 150%，不低于 0 万")
    ]


def test_bounds_at_odds_are_named_with_their_unit() -> None:
    told = refused(20, ["0.3", None], floor="0.5", change="0.3")
    assert told == (
        "单位0 无法同时满足 --floor（不低于 0.5 万）和 --change（2022 年 0.3 万，增减不超过 30%，"
        "不高于 0.39 万）：请放宽其一，或改小 --unit"
    )


def test_bounds_that_can_be_met_are_let_through() -> None:
    units = {"甲": held(Limits(Decimal("0.5"), Decimal(9), Decimal("0.3")), PART, Decimal(5), 2023)}
    for total in (35, 40, 65):
        refuse_unmet(total, units, PART)
    assert (units["甲"].bounds.low, units["甲"].bounds.high) == (35, 65)


amounts = st.none() | st.integers(0, 30).map(lambda tenths: Decimal(tenths) / 10)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(
    total=st.integers(0, 200),
    befores=st.lists(amounts, min_size=1, max_size=5),
    limits=st.builds(Limits, amounts, amounts, amounts),
)
def test_bounds_are_met_or_refused_by_name(total: int, befores: list[Decimal | None], limits: Limits) -> None:
    """What is let through can be shared out; what is refused cannot, and an option is named for it."""
    units = {f"单位{number}": held(limits, PART, before, 2023) for number, before in enumerate(befores)}
    bounds = {name: each.bounds for name, each in units.items()}
    try:
        refuse_unmet(total, units, PART)
    except UsageFault as fault:
        at_odds = [name for name, each in bounds.items() if each.high is not None and each.low > each.high]
        assert at_odds or not lowest(bounds) <= total <= highest(bounds)
        assert [name for name in at_odds if f"{name} 无法同时满足" not in str(fault)] == []
        assert re.search("--(floor|ceiling|change)|各项[上下]限合在一起", str(fault))
    else:
        shared = apportion(total, dict.fromkeys(units, Fraction(1)), bounds)
        assert sum(shared.parts.values()) == total


def test_who_had_nothing_the_year_before_is_not_bound_by_the_change() -> None:
    bounds = held(Limits(change=Decimal("0.3")), PART, None, 2023).bounds
    assert (bounds.low, bounds.high) == (0, None)


def test_bounds_are_rounded_inwards() -> None:
    bounds = held(Limits(Decimal("0.45"), Decimal("0.78")), PART, None, 2023).bounds
    assert (bounds.low, bounds.high) == (5, 7)


@pytest.fixture
def changed(published: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Make a copy of the published file, changed by SQL."""

    def change(sql: str) -> Path:
        copy = tmp_path / "changed.duckdb"
        shutil.copy(published, copy)
        copy.chmod(0o644)
        with duckdb.connect(copy) as connection:
            connection.execute(sql)
        return copy

    return change


def test_a_requirement_without_figures_in_an_annex_is_refused(published: Path) -> None:
    with pytest.raises(
        UsageFault, match=r"“9\.7”不是按附件安排数量的指标：可以提出建议的有 9\.1 注册用户数量"
    ):
        propose(published, asked("9.7"))


def test_a_kind_of_unit_that_there_is_not_is_refused(published: Path) -> None:
    with pytest.raises(UsageFault, match="没有机构类型“village”：可用 city、industry、target_group"):
        propose(published, asked(org_types=("village",)))


def test_a_factor_that_a_unit_lacks_is_named_with_the_unit(changed: Callable[[str], Path]) -> None:
    lacking = changed(
        "delete from indicators.fct_factors where factor = 'workers' and target_unit_code = '513200'"
    )
    with pytest.raises(UsageFault, match=r"缺职工人数（2022）：阿坝藏族羌族自治州总工会\n请在 factors\.csv"):
        propose(lacking, asked())


def test_a_factor_that_nobody_has_is_refused(changed: Callable[[str], Path]) -> None:
    lacking = changed("delete from indicators.fct_factors where factor = 'workers'")
    with pytest.raises(UsageFault, match="缺职工人数（2023 年及以前）：四川省教科文卫工会、") as refused:
        propose(lacking, asked())
    assert "合计为零" not in str(refused.value)


def test_factors_that_are_nought_for_all_are_refused(published: Path) -> None:
    """Of the three industries none had an item."""
    with pytest.raises(UsageFault, match="业务工作量（2022）各单位合计为零，不能据以分摊"):
        propose(published, asked(year=2022, org_types=("industry",)))


@pytest.mark.parametrize(
    "rows",
    [
        "quality.release set is_sample = true",
        "compliance.dim_factor_weights set is_sample = (factor = 'workers')",
        "compliance.dim_factor_weights set is_sample = (factor = 'workload')",
        "indicators.fct_factors set is_sample = (factor = 'workload')",
    ],
)
def test_what_rests_on_a_sample_says_so(published: Path, changed: Callable[[str], Path], rows: str) -> None:
    assert not read(published, "9.1", 2023, ()).is_sample
    assert read(changed(f"update {rows}"), "9.1", 2023, ()).is_sample


def test_the_factors_of_the_newest_year_known_are_taken(published: Path) -> None:
    """Of 2023 none is known yet, and of 2021 workers are not."""
    basis = read(published, "9.1", 2023, ("city",))
    assert {(factor.label, factor.year, factor.weight) for factor in basis.factors} == {
        ("职工人数", 2022, Fraction(1, 2)),
        ("业务工作量", 2022, Fraction(1, 2)),
    }
    assert [factor.values["510100"] for factor in basis.factors if factor.label == "职工人数"] == [76_000]
    assert (len(basis.units), basis.units[0].before) == (21, 20)
    with pytest.raises(UsageFault, match="缺职工人数（2021 年及以前）"):
        read(published, "9.1", 2021, ())


def test_a_published_file_is_read_beside_its_other_readers(published: Path) -> None:
    with duckdb.connect(published, read_only=True):
        assert propose(published, asked()).figures


def test_without_weights_nothing_is_proposed(changed: Callable[[str], Path]) -> None:
    with pytest.raises(UsageFault, match=r"注册用户数量（9\.1）未定因素权重"):
        propose(changed("delete from compliance.dim_factor_weights"), asked())


def test_units_that_are_closed_in_the_year_have_no_figure(changed: Callable[[str], Path]) -> None:
    closed = changed(
        """
        update indicators.dim_organizations set closed_on = date '2022-12-31' where org_code = '513200';
        update indicators.dim_organizations set closed_on = date '2023-01-01' where org_code = '513300';
        update indicators.dim_organizations set opened_on = date '2024-01-01' where org_code = '513400';
        """
    )
    figures = propose(closed, asked()).figures
    assert "513300" in figures
    assert not {"513200", "513400"} & figures.keys()


def test_without_a_release_there_is_nothing_to_go_by(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="尚无发布文件"):
        propose(tmp_path / "nothing.duckdb", asked())


def test_a_release_from_before_the_factors_is_refused(changed: Callable[[str], Path]) -> None:
    with pytest.raises(UsageFault, match="无法读取（CatalogException）：请重新运行 gonghui refresh"):
        propose(changed("drop table indicators.fct_factors"), asked())


FIGURES = {"510100": Decimal("63.0"), "QT00": Decimal("13.0")}


def lines(folder: Path) -> list[str]:
    return (folder / "registration_targets.csv").read_text(encoding="utf-8").splitlines()


def test_an_earlier_proposal_gives_way(tmp_path: Path) -> None:
    enter(ReferenceSeeds(), tmp_path, 2023, FIGURES | {"510300": Decimal("5")})
    enter(ReferenceSeeds(), tmp_path, 2023, FIGURES)
    proposed = [line for line in lines(tmp_path) if ",2023," in line]
    assert proposed == ["510100,2023,63.0,", "QT00,2023,13.0,"]
    assert len(lines(tmp_path)) == 1 + 75 + 2


def test_what_a_paper_has_set_does_not_give_way(tmp_path: Path) -> None:
    enter(ReferenceSeeds(), tmp_path, 2023, FIGURES)
    file = tmp_path / "registration_targets.csv"
    before = file.read_text(encoding="utf-8").replace("63.0,", "63.0,川工办字〔2023〕2号")
    file.write_text(before, encoding="utf-8")
    with pytest.raises(UsageFault, match=r"registration_targets\.csv:77: 510100 2023 年的数已由“川工办字"):
        enter(ReferenceSeeds(), tmp_path, 2023, FIGURES)
    assert file.read_text(encoding="utf-8") == before


def test_the_office_s_own_files_are_copied_but_not_over_those_there(tmp_path: Path) -> None:
    own, folder = tmp_path / "own", tmp_path / "of" / "a proposal"
    for place in (own, folder):
        place.mkdir(parents=True)
    shipped = (REFERENCE_SEEDS / "thresholds.csv").read_bytes()
    for name in ("thresholds.csv", "spellings.csv"):
        shutil.copy(REFERENCE_SEEDS / name, own / name)
    (own / "thresholds.csv").write_bytes(shipped.replace(b"9.2,2022,,0.9,", b"9.2,2022,,0.8,"))
    (folder / "thresholds.csv").write_bytes(shipped)
    enter(ReferenceSeeds(own), folder, 2023, FIGURES)
    assert (folder / "thresholds.csv").read_bytes() == shipped
    assert (folder / "spellings.csv").read_bytes() == (own / "spellings.csv").read_bytes()
    assert {path.name for path in folder.iterdir()} == {
        *("thresholds.csv", "spellings.csv", "registration_targets.csv")
    }


def test_a_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    assert enter(ReferenceSeeds(), tmp_path / "of" / "a proposal", 2023, FIGURES).is_file()
    assert lines(tmp_path / "of" / "a proposal")[0] == "target_unit_code,year,target_wan,document"


def test_seeds_that_are_refused_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "thresholds.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(ReferenceRefused, match=r"thresholds\.csv:1"):
        enter(ReferenceSeeds(), tmp_path, 2023, FIGURES)
    assert [path.name for path in tmp_path.iterdir()] == ["thresholds.csv"]


def test_a_figure_of_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused, match=r"registration_targets\.csv:77"):
        enter(ReferenceSeeds(), tmp_path, 2023, {"nobody": Decimal(1)})


def test_the_office_s_own_folder_is_not_written_to(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="是正在使用的参考数据文件夹"):
        enter(ReferenceSeeds(tmp_path), tmp_path / "." / "x" / "..", 2023, FIGURES)
    assert list(tmp_path.iterdir()) == []


def test_a_year_of_the_annexes_is_not_proposed_anew(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="2022 年的数已由附件规定"):
        enter(ReferenceSeeds(), tmp_path, 2022, FIGURES)


def test_a_year_before_the_annexes_may_be_proposed(tmp_path: Path) -> None:
    enter(ReferenceSeeds(), tmp_path, 2019, FIGURES)
    assert lines(tmp_path)[-2:] == ["510100,2019,63.0,", "QT00,2019,13.0,"]


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageFault, match="file 不能写入"):
        enter(ReferenceSeeds(), tmp_path / "file", 2023, FIGURES)
