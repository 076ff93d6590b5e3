"""dbt projects of a few nodes, under the profile of the real one: parsed and built in a second."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.adapters.duckdb import connections

from orchestration import dbt_build
from orchestration.home import DBT_PROJECT, Home

assert connections  # imported once, for all tests

_HEAD = """\
name: small
version: "1.0.0"
profile: gonghui
seed-paths: ["../seeds"]
flags: {send_anonymous_usage_stats: false}
"""

FILES = {
    "dbt_project/dbt_project.yml": _HEAD
    + """\
vars: {code: 1, most: 2, wrong: 0}
""",
    "dbt_project/macros/codes.sql": "{% macro codes() %}select * from {{ ref('codes') }}{% endmacro %}\n",
    "dbt_project/models/known.sql": "{{ codes() }}\n",
    "dbt_project/models/engine.sql": """\
{{ config(materialized='table') }}
select
    {{ var('code') }} as code,
    current_setting('threads')::int as threads,
    current_setting('memory_limit') as memory
""",
    "dbt_project/models/models.yml": """\
models:
  - name: known
    columns:
      - {name: code, data_tests: [{unique: {description: No code twice}}]}
""",
    "dbt_project/tests/none_above.sql": "select * from {{ ref('known') }} where code > {{ var('most') }}\n",
    "dbt_project/tests/none_wrong.sql": """\
select 'code ' || code || ' is wrong' as message
from {{ ref('known') }}, range({{ var('wrong') }}) as times where code <= {{ var('wrong') }}
""",
    "seeds/codes.csv": "code\n1\n2\n",
}

UNIQUE = "test.small.unique_known_code.31fe48c184"
"""What dbt calls the test of a column."""

FOR_TWO_ENGINES = {
    "dbt_project/dbt_project.yml": _HEAD
    + """\
vars:
  {landed_dir: "", landed_in_parts: [], reference_dir: "", seeds: {}, built_dir: "", built: {}, most: 2,
   limit: 9}
seeds: {small: {raw: {+schema: raw}, reference: {+schema: reference}, +column_types: {code: integer}}}
models: {small: {+schema: judging}}
""",
    "dbt_project/models/few_codes.sql": "select code from {{ ref('codes') }} where code <= {{ var('most') }}",
    "dbt_project/models/verdicts.sql": """\
{{ config(materialized='table', alias='fct_verdicts') }}
select code, '{{ target.type }}' as engine from {{ ref('few_codes') }} where code < {{ var('limit') }}
""",
    "dbt_project/models/no_codes.sql": """\
{{ config(materialized='table') }}
select code from {{ ref('offices') }} where code > 99
""",
    "dbt_project/tests/codes_are_small.sql": "select * from {{ ref('verdicts') }} where code > 99",
    "dbt_project/tests/codes_can_be_summed.sql": """\
{{ config(tags=['before_the_models']) }} select * from {{ ref('codes') }} where code > 99
""",
    "seeds/raw/codes.csv": "code\n1\n2\n3\n",
    "seeds/reference/offices.csv": "code\n1\n",
}
"""Its macros are the real ones."""

TO_BUILD_AGAIN = {
    "dbt_project/dbt_project.yml": _HEAD
    + """\
vars:
  {as_of_month: "2020-05", landed_dir: "", landed_in_parts: [], reference_dir: "", built: {}}
seeds: {small: {raw: {+schema: raw}, reference: {+schema: reference}, +column_types: {code: integer}}}
models: {small: {+schema: judging, +materialized: table}}
""",
    "dbt_project/models/int_as_of_months.sql": "select '{{ var('as_of_month') }}-01' as month",
    "dbt_project/models/codes_then.sql": """\
{{ config(materialized='view') }}
select code, month, '2020-05' as since from {{ ref('codes') }} cross join {{ ref('int_as_of_months') }}
""",
    "dbt_project/models/verdicts.sql": """\
{{ config(alias='fct_verdicts') }}
select *, '2020-05' as until from {{ ref('codes_then') }}
where code in (select code from {{ ref('offices') }})
""",
    "dbt_project/models/models.yml": """\
models:
  - name: verdicts
    description: What was found, it's said
    config: {persist_docs: {relation: true, columns: true}, contract: {enforced: true}}
    constraints: [{type: primary_key, columns: [code]}]
    columns:
      - {name: code, data_type: integer, description: Of what, constraints: [{type: not_null}]}
      - {name: month, data_type: varchar, description: As of when}
      - {name: since, data_type: varchar}
      - {name: until, data_type: varchar}
""",
    "dbt_project/tests/codes_are_small.sql": "select * from {{ ref('codes') }} where code > 99",
    "dbt_project/tests/verdicts_are_few.sql": """\
{{ config(severity='warn') }} select * from {{ ref('verdicts') }} where code > 1
""",
    "seeds/raw/codes.csv": "code\n1\n2\n3\n",
    "seeds/reference/offices.csv": "code\n1\n2\n",
}
"""Of each kind of node one, one in a view, one with all that a published table has; the real macros."""


def write_in(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write a project into `folder`; returns the folder that dbt is called in."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    if not any(name.startswith("dbt_project/macros") for name in files):
        shutil.copytree(DBT_PROJECT / "macros", folder / "dbt_project" / "macros")
    return Path(shutil.copy(DBT_PROJECT / "profiles.yml", folder / "dbt_project")).parent


@contextmanager
def in_use(folder: Path, files: Mapping[str, str] = FILES) -> Iterator[Home]:
    """Have a project, written into `folder`, in the place of the real one, and nothing parsed yet.

    Yields a home for it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt_build, "DBT_PROJECT", write_in(folder, files))
        patch.setattr(dbt_build, "INSTALLED", Home(folder / "nowhere"))
        yield Home(folder / "home")


def rows(home: Home, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query over what was built."""
    with duckdb.connect(home.build_file, read_only=True) as connection:
        return connection.execute(query).fetchall()
