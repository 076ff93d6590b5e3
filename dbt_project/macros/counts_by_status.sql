{#- How many rows of a group are passed, failed, in progress: of orgs, `orgs_passed` and so on. -#}
{% macro counts_by_status(what, status='status') -%}
    count(*) filter (where {{ status }} = 'PASS') as {{ what }}_passed,
    count(*) filter (where {{ status }} = 'FAIL') as {{ what }}_failed,
    count(*) filter (where {{ status }} = 'IN_PROGRESS') as {{ what }}_in_progress
{%- endmacro %}
