"""What one engine reads otherwise than another, or not at all, found in the syntax tree of a query.

Of what sqlglot makes one tree, however it was written, the tokens are looked at.
"""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.tokens import TokenType

# By schema, table and column: the type.
Schema = dict[str, dict[str, dict[str, str]]]

_TRUTHS = (exp.LogicalOr, exp.LogicalAnd)
_PATTERNS = (exp.RegexpExtract, exp.RegexpLike, exp.RegexpReplace)
_LISTS = ("string_agg", "listagg", "group_concat")


def windowed_filter(sql: str) -> Iterator[str]:
    """`max(a) filter (where b) over (…)`: Spark has none; `max(case when b then a end) over (…)`."""
    return (each.sql() for each in _spark(sql).find_all(exp.Window) if isinstance(each.this, exp.Filter))


def windowed_bool_or(sql: str) -> Iterator[str]:
    """`bool_or(a) over (…)`, which Sail cannot slide: `max(case when a then 1 else 0 end) over (…) = 1`."""
    return (each.sql() for each in _spark(sql).find_all(exp.Window) if isinstance(each.this, _TRUTHS))


def union_by_name(sql: str) -> Iterator[str]:
    """`union all by name`: the macro union_all names the columns."""
    return (each.sql() for each in _spark(sql).find_all(exp.SetOperation) if each.args.get("by_name"))


def whole_division(sql: str) -> Iterator[str]:
    """`//`, which Spark cannot read, and `div`, which ends at a bigint: the macro floor_division."""
    kinds = [token.token_type for token in sqlglot.tokenize(sql, read="spark")]
    if (TokenType.SLASH, TokenType.SLASH) in pairwise(kinds):
        yield "//"
    else:
        yield from (each.sql() for each in _spark(sql).find_all(exp.IntDiv))


def generated_series(sql: str) -> Iterator[str]:
    """`generate_series(…)`: the macro month_series. Spark's `explode(sequence(…))` is the same to sqlglot."""
    found = _spark(sql).find_all(exp.GenerateSeries)
    return (each.sql() for each in found if not isinstance(each.parent, exp.Explode))


def text_of_a_length(sql: str) -> Iterator[str]:
    """`varchar`, which Spark wants a length of: `string`."""
    return (each.text for each in sqlglot.tokenize(sql, read="spark") if each.token_type == TokenType.VARCHAR)


def ordered_arguments(sql: str) -> Iterator[str]:
    """`string_agg(a, ' ' order by a)`: Spark orders `within group`; the macro joined_text."""
    calls: list[str] = []  # the functions whose parentheses are open
    before = ""
    for token in sqlglot.tokenize(sql, read="spark"):
        if token.token_type == TokenType.L_PAREN:
            calls.append(before)
        elif token.token_type == TokenType.R_PAREN:
            calls.pop()
        elif token.token_type == TokenType.ORDER_BY and calls and calls[-1] in _LISTS:
            yield calls[-1]
        before = token.text.lower()


def value_out_of_two(sql: str) -> Iterator[str]:
    """`on a.k = case when b.f then c.x end`: Sail has lost such a condition; reckon it before the join."""
    for join in _spark(sql).find_all(exp.Join):
        for compared in join.args["on"].find_all(exp.Predicate) if join.args.get("on") else ():
            sides = (compared.left, compared.right) if isinstance(compared, exp.Binary) else ()
            if any(len({column.table for column in side.find_all(exp.Column)}) > 1 for side in sides):
                yield compared.sql()


def escape_in_a_pattern(sql: str) -> Iterator[str]:
    r"""`\d`, as DuckDB is sent it: in Spark a backslash in a text begins an escape; `[0-9]`."""
    found = sqlglot.parse_one(sql, read="duckdb").find_all(*_PATTERNS)
    return (each.sql() for each in found if "\\" in each.expression.name)


def sum_that_wraps(sql: str, schema: Schema, bigints: frozenset[str]) -> Iterator[str]:
    """`sum(page_views)`: beyond the largest bigint Spark's goes round; sum it as `decimal(38, 0)`.

    `bigints` are the columns of that type that hold whatever an office has written. The sums of others are of
    counts of rows, of which there cannot be so many.
    """
    query = _spark(sql).copy()
    for table in query.find_all(exp.Table):
        if table.db:  # on the engine a home's schemas begin with its name
            table.set("db", exp.to_identifier(table.db.rpartition("_")[2]))
    query = annotate_types(qualify(query, schema=schema, dialect="spark"), schema=schema, dialect="spark")
    for each in query.find_all(exp.Sum):
        if each.this.is_type("bigint") and any(
            column.name in bigints for column in each.find_all(exp.Column)
        ):
            yield each.sql()


@cache
def _spark(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read="spark")
