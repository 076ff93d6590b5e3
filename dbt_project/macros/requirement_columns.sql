{#-
    The columns of a report that show requirements: which one, and which of its numbers, says each column's own
    `meta: {requirement_id, shows}` in the report's YAML. `verdicts` has a row per requirement, a report one per org.
-#}
{% macro requirement_columns(report) -%}
    {%- set shown = {'value': 'observed', 'target': 'threshold', 'gap': 'gap', 'status': 'status_label'} -%}
    {%- for column in columns_of_requirements(report) %}
    max(verdicts.{{ shown[column.meta.shows] }})
    filter (where verdicts.requirement_id = '{{ column.meta.requirement_id }}') as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- The columns of a report that show a requirement, as its YAML lists them; none while dbt only parses. -#}
{% macro columns_of_requirements(report) -%}
    {%- set found = [] -%}
    {%- if execute -%}
    {%- for column in graph.nodes['model.gonghui.' ~ report].columns.values() if column.meta.requirement_id -%}
    {%- do found.append(column) -%}
    {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}
