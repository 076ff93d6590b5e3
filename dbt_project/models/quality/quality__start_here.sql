{#-
    The published tables as their own YAML describes them, "名称：说明。粒度：一行。", so that nothing is said twice;
    `meta.start_here` is the place in the order of reading and the first query to try.
-#}
{%- set tables = [{
    'order': 2,
    'name': 'quality.release',
    'description': '发布批次：本文件何时发布，截至哪个月，是不是样例。粒度：仅一行。',
    'example': 'select release_id, published_at, as_of_month, is_sample from quality.release',
}] -%}
{%- for node in graph.nodes.values() if execute -%}
{%- if node.resource_type == 'model' and node.config.meta.start_here is defined -%}
{%- do tables.append({
    'order': node.config.meta.start_here.order,
    'name': node.schema ~ '.' ~ node.alias,
    'description': node.description | trim,
    'example': node.config.meta.start_here.example | trim,
}) -%}
{%- endif -%}
{%- endfor -%}

with tables as (
    select described.*
    from (
        values
        {%- for table in tables | sort(attribute='order') %}
        {%- set words = table.description.split('粒度：') %}
        (
            {{ table.order }},
            '{{ table.name }}',
            '{{ modules.re.split('[：，。；]', words[0])[0] | replace("'", "''") }}',
            '{{ words[0] | replace("'", "''") }}',
            '{{ words[1].rstrip("。") | replace("'", "''") }}',
            '{{ table.example | replace("'", "''") }}'
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
