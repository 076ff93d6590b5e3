{#- The published tables as their own YAML describes them: `meta.start_here` has the place in the order of reading. -#}
{%- set tables = [{
    'order': 2,
    'name': 'quality.release',
    'label': '发布批次',
    'about': '发布批次：本文件何时发布，截至哪个月，是不是样例。',
    'grain': '仅一行',
    'example': 'select release_id, published_at, as_of_month, is_sample from quality.release',
}, {
    'order': 23,
    'name': 'quality.revised_verdicts',
    'label': '改判的定论',
    'about': '改判的定论：较早批次曾作定论、现在不同的结论。',
    'grain': '截至月份 × 机构 × 身份 × 指标',
    'example': 'select as_of_month, org_name, requirement_title, status_before_label, status_label, cause '
        ~ 'from quality.revised_verdicts',
}] -%}
{%- for node in graph.nodes.values() if execute -%}
{%- if node.resource_type == 'model' and node.config.meta.start_here is defined -%}
{%- do tables.append(dict(
    node.config.meta.start_here, name=node.config.schema ~ '.' ~ node.alias, about=node.description | trim
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
            {{ text_literal(table.label) }},
            {{ text_literal(table.about) }},
            {{ text_literal(table.grain) }},
            {{ text_literal(table.example | trim) }}
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
