{#- What Spark spells otherwise, and how it builds: `gonghui refresh --engine spark` (docs/scale.md). -#}

{% macro spark__month_series(first_month, last_month) -%}
    select explode(sequence({{ first_month }}, {{ last_month }}, interval '1' month)) as month
{%- endmacro %}

{% macro spark__joined_text(expression, separator) -%}
    string_agg({{ expression }}, '{{ separator }}') within group (order by {{ expression }})
{%- endmacro %}

{#- `div` ends at a bigint, and a quotient is rounded: without its remainder an amount divides to a whole number. -#}
{% macro spark__floor_division(amount, parts) -%}
    {%- set whole, by = 'cast(' ~ amount ~ ' as ' ~ whole_number() ~ ')', 'cast(' ~ parts ~ ' as ' ~ whole_number() ~ ')' -%}
    cast(({{ whole }} - {{ whole }} % {{ by }}) / {{ by }} as {{ whole_number() }})
{%- endmacro %}

{% macro spark__whole_number() -%}
    decimal(38, 0)
{%- endmacro %}

{% macro spark__with_thousands(number) -%}
    format_number({{ number }}, 0)
{%- endmacro %}

{#- A backslash begins an escape there, and two quotes end one text and begin the next. -#}
{% macro spark__text_literal(text) -%}
    '{{ text | replace("\\", "\\\\") | replace("'", "\\'") }}'
{%- endmacro %}

{#- A type of a seed or contract as Spark calls it; its `timestamp` would be one of a time zone. -#}
{% macro spark_type(data_type) -%}
    {{ {'varchar': 'string', 'timestamp': 'timestamp_ntz'}.get(data_type, data_type) }}
{%- endmacro %}


{#-
    A seed is the Parquet that landing, or DuckDB out of the CSV, has written, in one file or a folder of parts: by
    column name, with the types declared. `seeds` has the path and the rows of each: what a node does not see is an
    empty table.
-#}
{% materialization seed, adapter='spark' %}
    {%- set seed = var('seeds')[model.name] -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {{ drop_what_was_there() }}

    {% call statement('main') -%}
        create table {{ target_relation }} (
            {%- for column, data_type in config.require('column_types').items() %}
            {{ adapter.quote(column) }} {{ spark_type(data_type) }}{{ ',' if not loop.last }}
            {%- endfor %}
            {%- for column in model.columns.values() if column.meta.is_line %},
            {{ adapter.quote(column.name) }} integer
            {%- endfor %}
        )
        using parquet options (recursiveFileLookup 'true') location {{ text_literal(seed.path) }}
    {%- endcall %}

    {%- set rows = run_query('select count(*) from ' ~ target_relation).rows[0][0] -%}
    {%- if rows != seed.rows -%}
    {{ exceptions.raise_compiler_error(
        'the engine sees ' ~ rows ~ ' rows in ' ~ seed.path ~ ' where there are ' ~ seed.rows
        ~ ': have each of its nodes see the home under this path'
    ) }}
    {%- endif -%}

    {% do store_result('agate_table', 'OK') %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- One statement a table, into the folder that DuckDB then reads; its contract is DuckDB's to hold it to. -#}
{% materialization table, adapter='spark' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {{ drop_what_was_there() }}

    {% call statement('main') -%}
        create table {{ target_relation }} using parquet
        location {{ text_literal(var('built_dir') ~ '/' ~ config.get('schema') ~ '/' ~ this.identifier) }} as
        {{ compiled_code }}
    {%- endcall %}

    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% materialization view, adapter='spark' %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks) }}

    {% call statement('main') -%}
        create or replace view {{ target_relation }} as
        {{ compiled_code }}
    {%- endcall %}

    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
