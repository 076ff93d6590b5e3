"""Rules of requirements, their measures and sources, each alone over a few rows: what is said of which."""

import pytest

from orchestration.reference.rules import requirements, sources
from tests.orchestration.reference.few_rows import told_by

MEASURES = "requirement_id,reading_id,option,numerator_measure,denominator_measure"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("9.7,,,articles,|9.1,basis,new,users,|9.1,basis,stock,users,", []),
        (
            "9.7,,,articles,|9.1,basis,new,users,",
            ["3: 9.1 has no row for option stock of basis: add one"],
        ),
        (
            "9.1,basis,new,users,|9.1,basis,stock,users,|9.1,,,users,",
            ["4: reading_id is '': expected 'basis', as in line 2"],
        ),
        (
            "9.1,basis,new,users,|9.1,basis,stock,users,|9.1,basis,every_month,users,",
            ["4: option is 'every_month': expected one of new, stock"],
        ),
        ("9.7,,new,articles,", ["2: option is 'new': expected nothing, without a reading_id"]),
    ],
)
def test_measures_follow_the_options_of_their_reading(rows: str, told: list[str]) -> None:
    files = {
        "readings": "reading_id,option|basis,new|year,every_month|basis,stock",
        "requirement_measures": f"{MEASURES}|{rows}",
    }
    said = told_by(requirements.measures_follow_the_readings, **files)
    assert said == [f"requirement_measures:{each}" for each in told]


NO_SHARE = "denominator_measure is 'b': 9.2 is no share, leave it blank"
A_SHARE = "denominator_measure is blank: 9.2 is a share, name one"


@pytest.mark.parametrize(
    ("kind", "unit", "measures", "told"),
    [
        ("ratio", "比例", "a,b", ""),
        ("ratio", "人", "b,a", ""),
        ("ratio", "人", "a,", A_SHARE),
        ("monitor", "比例", "a,b", ""),
        ("monitor", "比例", "a,", A_SHARE),
        ("monitor", "篇", "a,", ""),
        ("monitor", "篇", "a,b", NO_SHARE),
        ("monitor", "人", "a,b", NO_SHARE),
        ("count", "比例", "a,", ""),
        ("count", "比例", "a,b", NO_SHARE),
        (
            "ratio",
            "比例",
            "b,b",
            "denominator_measure is 'b', as the numerator_measure is: correct one of the two",
        ),
    ],
)
def test_a_share_alone_has_a_denominator(kind: str, unit: str, measures: str, told: str) -> None:
    files = {
        "requirements": f"requirement_id,kind,unit|9.2,{kind},{unit}",
        "requirement_measures": f"{MEASURES}|9.2,,,{measures}",
    }
    said = told_by(requirements.shares_have_a_denominator, **files)
    assert said == ([f"requirement_measures:2: {told}"] if told else [])


def test_a_share_is_of_one_export() -> None:
    files = {
        "measures": "measure,export_name|a,articles|b,articles|!c,|d,cadres",
        "requirement_measures": f"{MEASURES}|1,,,a,b|1,,,a,c|1,,,a,|1,,,a,d",
    }
    assert told_by(requirements.shares_are_of_one_export, **files) == [
        "requirement_measures:5: a and d are of articles and cadres: expected measures of one export"
    ]


NOT_COUNTED = "is not counted by module, leave it blank"


@pytest.mark.parametrize(
    ("requirement", "measures", "told"),
    [
        ("9.4,notices,", ["items"], ""),
        ("9.4,,general", ["items", "completed"], ""),
        ("9.4,,", ["articles"], ""),
        ("9.4,,", [], ""),
        (
            "9.4,notices,general",
            ["items"],
            "module_key and module_category are both given: leave one of them blank",
        ),
        (
            "9.4,,",
            ["items", "completed"],
            "module_key and module_category are blank: items is counted by module, name one",
        ),
        (
            "9.4,notices,",
            ["articles", "visits"],
            f"module_key is 'notices': articles {NOT_COUNTED}",
        ),
        (
            "9.4,,general",
            ["items", "visits"],
            f"module_category is 'general': visits {NOT_COUNTED}",
        ),
        ("9.4,notices,", [], "module_key is 'notices': 9.4 counts nothing itself, leave it blank"),
        ("9.4,,general", [], "module_category is 'general': 9.4 counts nothing itself, leave it blank"),
    ],
)
def test_a_module_is_named_where_it_is_counted(requirement: str, measures: list[str], told: str) -> None:
    rows = [f"9.4,,,{measure}," for measure in measures] + ["9.7,,,articles,"]
    files = {
        "measures": "measure,export_name|items,workflow_items|completed,workflow_items|articles,articles"
        "|visits,channel_visits",
        "requirement_measures": "|".join([MEASURES, *rows]),
        "requirements": f"requirement_id,module_key,module_category|{requirement}",
    }
    said = told_by(requirements.modules_are_named_where_counted, **files)
    assert said == ([f"requirements:2: {told}"] if told else [])


@pytest.mark.parametrize(
    ("category", "completion_only", "modules", "told"),
    [
        ("general", "true", "business,true|general,true", ""),
        ("general", "false", "general,false", ""),
        ("", "false", "business,true", ""),
        ("general", "true", "general,false", "general that tracks completion"),
        ("general", "false", "business,true", "general"),
        ("business", "false", "general,true", "business"),
    ],
)
def test_a_category_has_modules_that_count(
    category: str, completion_only: str, modules: str, told: str
) -> None:
    files = {
        "modules": f"category,tracks_completion|{modules}",
        "requirements": f"requirement_id,module_category,completion_only|9.4,{category},{completion_only}",
    }
    said = told_by(requirements.categories_have_modules, **files)
    assert said == ([f"modules:1: no module of category {told}: 9.4 counts them"] if told else [])


ASKED = (
    "requirement_id,kind,role|9.5,ratio,local|9.5.month,count,local|8.5.month,count,department"
    "|9.7,count,local|8.5,derived,department|9.6,monitor,local"
)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("9.5,9.5.month", ""),
        ("8.5,9.7", ""),
        ("9.5,8.5.month", "one of role local whose period is month in requirement_measures.csv"),
        ("9.5,9.7", "one of role local whose period is month in requirement_measures.csv"),
        ("8.5,8.5.month", "a local requirement, for one of departments"),
        ("8.5,9.6", "one with a standard, a monitor is never met"),
        ("9.5,9.5", "one without sources of its own"),
    ],
)
def test_a_source_can_be_looked_at(row: str, expected: str) -> None:
    files = {
        "requirements": ASKED,
        "requirement_measures": "requirement_id,period|9.5.month,month|8.5.month,month|9.7,to_date",
        "requirement_sources": f"requirement_id,source_requirement_id|{row}",
    }
    name = row.split(",")[1]
    told = f"requirement_sources:2: source_requirement_id is {name!r}: expected {expected}"
    assert told_by(sources.sources_can_be_looked_at, **files) == ([told] if expected else [])


def test_a_ratio_looks_at_the_months_of_one() -> None:
    rows = "8.5,9.7|9.5,9.5.month|9.5,9.7|8.5,9.5|9.5,9.8"
    files = {
        "requirements": ASKED,
        "requirement_sources": f"requirement_id,source_requirement_id|{rows}",
    }
    assert told_by(sources.ratios_have_one_source, **files) == [
        "requirement_sources:4: 9.5 has a source in line 3: keep one of the two rows",
        "requirement_sources:6: 9.5 has a source in line 3: keep one of the two rows",
    ]
