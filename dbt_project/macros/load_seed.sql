{#-
    Seeds by column name and with declared types, read by DuckDB itself.

    dbt's own loader parses every cell in Python and copies by position; here a CSV whose columns stand in
    another order loads right, a missing column fails by name, and a landed export is a view over its Parquet.
-#}
{% materialization seed, adapter='duckdb' %}
    {%- set column_types = config.require('column_types') -%}
    {%- set is_landed = config.get('schema') == 'raw' and var('landed_dir') != '' -%}
    {#- What a refresh has checked lies in a folder of its own, in one spelling. -#}
    {%- set is_checked = config.get('schema') == 'reference' and var('reference_dir') != '' -%}
    {%- set file = var('reference_dir') ~ '/' ~ model.name ~ '.csv' if is_checked
        else model.root_path ~ '/' ~ model.original_file_path -%}
    {#- A column that says in which place of the file a row stands: an office's order is that of its file. -#}
    {%- set lines = model.columns.values() | selectattr('meta.is_line') | map(attribute='name') | list -%}
    {%- set relation_type = 'view' if is_landed else 'table' -%}
    {%- set target_relation = this.incorporate(type=relation_type) -%}

    {{ run_hooks(pre_hooks) }}
    {{ drop_what_was_there() }}

    {% call statement('main') -%}
        create {{ relation_type }} {{ target_relation }} as
        select
            {%- for column, data_type in column_types.items() %}
            cast(source.{{ adapter.quote(column) }} as {{ data_type }}) as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
            {%- for column in lines %},
            cast(source.line as integer) as {{ column }}
            {%- endfor %}
        from
            {%- if is_landed %}
            read_parquet(
                {{ landed_files(var('landed_dir') ~ '/' ~ model.name ~ '.parquet') }}, hive_partitioning = false
            ) as source
            {%- else %}
            (
                {#- A file from before a column was added: the column is there, and blank. #}
                {%- for column in model.columns.values() if column.meta.may_be_absent %}
                select cast(null as varchar) as {{ adapter.quote(column.name) }} where false union all by name
                {%- endfor %}
                select *{{ ', row_number() over () as line' if lines }} from read_csv(
                    {{ one_file(file) }}, hive_partitioning = false,
                    header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', nullstr = '',
                    {#- A code may begin with a mark that DuckDB would take for that of a comment. #}
                    comment = '', skip = 0,
                    {#- An editor that appends a line may end it otherwise than the lines before. #}
                    strict_mode = false
                )
            ) as source
            {#- A spreadsheet leaves rows of commas where rows were cleared. #}
            where coalesce(
                {%- for column in column_types %}
                source.{{ adapter.quote(column) }}{{ ',' if not loop.last }}
                {%- endfor %}
            ) is not null
            {%- endif %}
    {%- endcall %}

    {#- dbt's seed runner expects a result of this name, to show where it is asked to. -#}
    {% do store_result('agate_table', 'OK') %}

    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- The path of one file, whatever folders it lies in: DuckDB would take its marks for those of a pattern. -#}
{% macro one_file(path) -%}
    {{ text_literal(without_marks(path)) }}
{%- endmacro %}


{#- What landed of an export: a file, or a folder with one for each province (`gonghui gather`). -#}
{% macro landed_files(path) -%}
    {{ text_literal(without_marks(path) ~ ('/*/landed.parquet' if model.name in var('landed_in_parts') else '')) }}
{%- endmacro %}


{% macro without_marks(path) -%}
    {{ path | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]') }}
{%- endmacro %}
