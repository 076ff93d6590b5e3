"""The mutators themselves: a known snippet gives the expected mutants, each finds its line and entry."""

import re

import pytest
import sqlglot

from tests.mutation import mutators, review, seed_mutants, sources
from tests.mutation.project import Macro, Node
from tests.mutation.sql_mutants import Mutant
from tests.mutation.trial import Outcome

NEIGHBOURS = {"PASS": "FAIL", "FAIL": "PASS"}


def mutants(sql: str) -> set[str]:
    """The SQL of every mutant of a snippet, in lower case but for quoted text."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    rendered = [mutators.render(tree, mutation) for mutation in mutators.mutations(tree, NEIGHBOURS)]
    assert len(rendered) == len(set(rendered)), "a mutant stands twice"
    assert mutators.render(tree, None) not in rendered, "a mutant changes nothing"
    return {re.sub(r"'[^']*'|[^']+", lambda part: _lower(part.group()), text) for text in rendered}


def _lower(part: str) -> str:
    return part if part.startswith("'") else part.lower()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("x < 5", {"x <= 5", "x >= 5", "x < 6", "x < 4"}),
        ("x = y", {"x <> y"}),
        ("x is null", {"not x is null"}),
        ("x is not null", {"x is null"}),
        ("not is_open", {"is_open"}),
        ("is_open", {"not is_open"}),
        ("s = 'PASS'", {"s <> 'PASS'", "s = 'FAIL'"}),
        ("s = 'else'", {"s <> 'else'", "s = 'not else'"}),
        ("d = '2020-01-01'", {"d <> '2020-01-01'"}),
        ("s in ('PASS', 'x')", {"not s in ('PASS', 'x')", "s in ('PASS')", "s in ('x')"}
         | {"s in ('FAIL', 'x')", "s in ('PASS', 'not x')"}),
        ("a and b", {"a or b", "a", "b", "not a and b", "a and not b"}),
        ("a and b and c", {"(a or b) and c", "a and b or c", "a and b", "a and c", "b and c"}
         | {"not a and b and c", "a and not b and c", "a and b and not c"}),
        ("x between a and b", {"x > a and x <= b", "x >= a and x < b", "x <= b", "x >= a"}),
    ],
)  # fmt: skip
def test_a_condition(condition, expected):
    prefix = "select x from t where "
    assert mutants(prefix + condition) == {prefix + other for other in expected} | {"select x from t"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a + b", {"a - b"}),
        ("-a", {"a"}),
        ("ceil(a)", {"a"}),
        ("min(a)", {"max(a)"}),
        ("greatest(a, b)", {"least(a, b)"}),
        ("sum(a)", {"count(a)"}),
        ("count(*)", {"max(1)"}),
        ("count(a)", {"count(*)"}),
        ("count(*) filter(where a)", {"count(*)", "max(1) filter(where a)", "count(*) filter(where not a)"}),
        ("coalesce(a, 0)", {"a", "coalesce(a, 1)", "coalesce(a, -1)"}),
        ("true", {"false"}),
        ("extract(year from a)", {"extract(month from a)"}),
        ("cast(a as decimal(18, 4))", set()),
        ("case when a then b else null end", {"null", "case when not a then b else null end"}
         | {"case when a then b else b end"}),
        ("case when a then b when c then d else e end", {
            "case when c then d else e end",
            "case when a then b else e end",
            "case when c then d when a then b else e end",
            "case when a then b when c then d else null end",
            "case when not a then b when c then d else e end",
            "case when a then b when not c then d else e end",
        }),
    ],
)  # fmt: skip
def test_a_value(value, expected):
    assert mutants(f"select {value}") == {f"select {other}" for other in expected}


def test_branches_that_exclude_each_other_are_not_swapped():
    swapped = "case when s = 'b' then 2 when s = 'a' then 1 else null end"
    assert f"select {swapped}" not in mutants(
        "select case when s = 'a' then 1 when s = 'b' then 2 else null end"
    )


def test_joins():
    assert mutants("select 1.5 from a inner join b on a.x = b.x and a.y = b.y cross join c") == {
        "select 1.5 from a left join b on a.x = b.x and a.y = b.y cross join c",
        "select 1.5 from a inner join b on a.x = b.x or a.y = b.y cross join c",
        "select 1.5 from a inner join b on a.x = b.x cross join c",
        "select 1.5 from a inner join b on a.y = b.y cross join c",
        "select 1.5 from a inner join b on a.x <> b.x and a.y = b.y cross join c",
        "select 1.5 from a inner join b on a.x = b.x and a.y <> b.y cross join c",
    }
    assert "select x from a left join b on true" in mutants("select x from a left join b on a.x = b.x")


def test_unions_at_the_top_keep_their_ctes():
    assert mutants("with c as (select x from t) select x from c union all select y from d") == {
        "with c as (select x from t) select x from c",
        "with c as (select x from t) select y from d",
        "with c as (select x from t) select x from c union select y from d",
    }


def test_models_of_the_same_shape_have_the_same_mutations():
    model, fixture = (
        mutators.mutations(sqlglot.parse_one(f"select x from {table} where x > 1"), NEIGHBOURS)
        for table in ('"build"."raw"."t"', "__dbt__cte__t")
    )
    assert [(m.node, m.edit.label) for m in model] == [(m.node, m.edit.label) for m in fixture]


WRITTEN = """\
select
{%- for c in ['a', 'b'] %}
    {{ c }} as c,
{%- endfor %}
    {{ share('a', 'b') }} as rate
from t
"""
COMPILED = """\
select
    a as c,
    b as c,
    case
        when b = 0 then null
    end as rate
from t
"""


def test_a_compiled_line_is_traced_to_the_model_or_its_macro():
    node = Node("m", "dbt_project/models/m.sql", "", WRITTEN, COMPILED, False, False, frozenset())
    lines = ((2, "    case"), (3, "        when {{ y }} = 0 then null"), (4, "    end"))
    traced = sources.trace(node, {"share": Macro("share", "dbt_project/macros/share.sql", lines)})
    places = [(source.file.rpartition("/")[2], source.line, source.call) for source in traced.values()]
    loop, macro = ("m.sql", 3, 3), [("share.sql", n, 5) for n in (2, 3, 4)]
    assert places == [("m.sql", 1, 1), loop, loop, *macro, ("m.sql", 6, 6)]


def test_a_call_over_several_lines_is_traced_as_one_on_one_line():
    written = "select\n    {{ share(\n        'a',\n        'b',\n    ) }} as rate\nfrom t\n"
    node = Node("m", "dbt_project/models/m.sql", "", written, "select\n    a // b as rate\nfrom t\n",
                False, False, frozenset())  # fmt: skip
    lines = ((2, "    {{ quotient("), (3, "        a,"), (4, "        b,"), (5, "    ) }}"))
    traced = sources.trace(node, {"share": Macro("share", "dbt_project/macros/share.sql", lines)})
    places = [(source.file.rpartition("/")[2], source.line, source.call) for source in traced.values()]
    assert places == [("m.sql", 1, 1), ("share.sql", 2, 2), ("m.sql", 6, 6)]


def test_every_seed_value_moves_by_its_own_step():
    moved = {(m.seed, m.original, m.mutated) for m in seed_mutants.enumerate_mutants()}
    assert ("thresholds", "9.2 2021: threshold 0.6", "threshold 0.61") in moved
    assert ("thresholds", "9.5.month 2020: threshold 50", "threshold 49") in moved
    assert ("thresholds", "9.2 2021: year_to 2021", "year_to blank") in moved
    assert ("registration_targets", "QT00 2021: target_wan 15.2", "target_wan 15.1") in moved
    assert ("registration_targets", "QT00 2021: target_wan 15.2", "target_wan 14.2") in moved
    assert ("requirements", "9.1: effective_on 2020-03-20", "effective_on 2020-02-20") in moved
    assert ("readings", "9.5.year: another option in force", "monthly_average in force") in moved


def test_an_entry_without_a_survivor_is_stale():
    first, second = (
        Mutant("f.sql", 1, "c", "join", "INNER JOIN b", text, ()) for text in ("LEFT JOIN b", "")
    )
    reasons = {first.key: "why", second.key: "why"}
    outcomes = [Outcome(first), Outcome(second, "unit", "a_test")]
    assert review.review(outcomes, reasons, whole=True).stale == [second.key]
    assert review.review(outcomes[:1], reasons, whole=True).stale == [second.key]
    assert review.review(outcomes[:1], reasons, whole=False).stale == []
    assert review.review(outcomes, {}, whole=True).survivors == [outcomes[0]]


def test_every_entry_of_the_reviewed_list_gives_its_reason():
    reasons = review.listed()
    assert reasons and all(reasons.values())
