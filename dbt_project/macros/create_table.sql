{#-
    Tables made in one statement each, comments included, in the place of what was there.

    dbt's own build beside what is there and then swap, for readers who look while they build. Nobody reads the
    build file, and of some 800 statements a build then needs 400: at night they cost more than the queries.
-#}
{% materialization table, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set compiled_code = built_elsewhere(target_relation) or compiled_code -%}
    {{ run_hooks(pre_hooks) }}
    {{ drop_what_was_there() }}

    {% call statement('main') -%}
        {%- if config.get('contract').enforced %}
        {{ create_contract_table(target_relation, compiled_code) }}
        {%- else %}
        create table {{ target_relation }} as {{ compiled_code }};
        {%- endif %}
        {{ relation_comments(target_relation) }}
    {%- endcall %}

    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- The rows that a second engine has made of a table, as a query; blank where this one makes them itself. -#}
{% macro built_elsewhere(relation) -%}
    {%- set files = var('built').get(relation.schema ~ '.' ~ relation.identifier) -%}
    {%- if files -%}
    select * from read_parquet({{ text_literal(files) }}, hive_partitioning = false)
    {%- elif files == '' -%}
    select * from ({{ model.compiled_code }}) limit 0
    {%- endif -%}
{%- endmacro %}


{% macro drop_what_was_there() %}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- if existing_relation is not none -%}
        {%- do adapter.drop_relation(existing_relation) -%}
    {%- endif -%}
{% endmacro %}


{#- Keys come after the rows: an index over rows that are there is made at a quarter of the cost. -#}
{% macro create_contract_table(relation, compiled_code) %}
    {{ get_assert_columns_equivalent(compiled_code) }}
    create table {{ relation }} (
        {{ adapter.render_raw_columns_constraints(raw_columns=model.columns) | join(', ') }}
    );
    insert into {{ relation }} {{ get_column_names() }} ({{ get_select_subquery(compiled_code) }});
    {%- for constraint in adapter.render_raw_model_constraints(raw_constraints=model.constraints) %}
    alter table {{ relation }} add {{ constraint }};
    {%- endfor %}
{% endmacro %}


{% macro relation_comments(relation) %}
    {%- if config.persist_relation_docs() and model.description %}
        {{ alter_relation_comment(relation, model.description) }}
    {%- endif %}
    {%- if config.persist_column_docs() %}
    {%- for column in model.columns.values() if column.description %}
        comment on column {{ relation }}.{{ column.name }} is {{ duckdb_escape_comment(column.description) }};
    {%- endfor %}
    {%- endif %}
{% endmacro %}
