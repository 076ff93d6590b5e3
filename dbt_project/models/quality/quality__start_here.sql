{#- The published tables as their own YAML describes them: `meta.start_here` has the place in the order of reading. -#}
{%- set tables = [{
    'order': 2,
    'name': 'quality.release',
    'label': '发布批次',
    'about': '发布批次：本文件何时发布，截至哪个月，是不是样例。',
    'grain': '仅一行',
    'example': 'select release_id, published_at, as_of_month, is_sample from quality.release',
}] -%}
{%- for node in graph.nodes.values() if execute -%}
{%- if node.resource_type == 'model' and node.config.meta.start_here is defined -%}
{%- do tables.append(dict(
    node.config.meta.start_here, name=node.schema ~ '.' ~ node.alias, about=node.description | trim
)) -%}
{%- endif -%}
{%- endfor -%}

with tables as (
    select described.*
    from (
        values
        {%- for table in tables | sort(attribute='order') %}
        (
            {{ table.order }},
            '{{ table.name }}',
            '{{ table.label | replace("'", "''") }}',
            '{{ table.about | replace("'", "''") }}',
            '{{ table.grain | replace("'", "''") }}',
            '{{ table.example | trim | replace("'", "''") }}'
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as described (reading_order, table_name, label, about, grain, example)
)

select
    reading_order,
    table_name,
    label,
    about,
    grain,
    example
from tables
