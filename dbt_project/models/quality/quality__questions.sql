{#- The analyses as their own files have them: who asks and how to read the answer, then the SQL, its tables named
    as published. Their titles are those of their exposures. -#}
{%- set questions = [] -%}
{%- for analysis in graph.nodes.values() if execute -%}
{%- if analysis.resource_type == 'analysis' -%}
{%- set says = [] -%}
{%- set asks = [] -%}
{%- for line in analysis.raw_code.strip().split('\n') -%}
{%- do (says if line.startswith('--') and not asks else asks).append(line) -%}
{%- endfor -%}
{%- set sql = namespace(text=asks | join('\n')) -%}
{%- for read in analysis.depends_on.nodes -%}
{%- set table = graph.nodes[read] -%}
{%- set sql.text = sql.text.replace('{' ~ '{ ref(\'' ~ table.name ~ '\') }' ~ '}', table.config.schema ~ '.' ~ table.alias) -%}
{%- endfor -%}
{%- if '{' ~ '{' in sql.text or '{' ~ '%' in sql.text -%}
{{ exceptions.raise_compiler_error('analyses/' ~ analysis.name ~ '.sql: only ref of a published model may stand in braces') }}
{%- endif -%}
{%- do questions.append({
    'name': analysis.name,
    'title': graph.exposures['exposure.gonghui.' ~ analysis.name].label,
    'asked_by': says[0].replace('-- 谁问：', ''),
    'how_to_read': says[1:] | map('replace', '-- ', '', 1) | join('') | replace('怎么看：', '', 1),
    'sql': sql.text,
}) -%}
{%- endif -%}
{%- endfor -%}

with questions as (
    select asked.*
    from (
        values
        {%- for question in questions %}
        (
            {{ text_literal(question.name) }},
            {{ text_literal(question.title) }},
            {{ text_literal(question.asked_by) }},
            {{ text_literal(question.how_to_read) }},
            {{ text_literal(question.sql) }}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as asked (name, title, asked_by, how_to_read, sql)
)

select
    name,
    title,
    asked_by,
    how_to_read,
    sql
from questions
