{#-
    第十一条、第十二条：每项指标的完成值、标准、差额、状态都在报表里有一列。A warning: a requirement that an office adds is
    judged all the same, and its report shows it as soon as its columns stand in the report's YAML.
-#}
{{ config(severity='warn') }}
{%- set reports = {'local': 'rpt_local_bulletin', 'department': 'rpt_department_assessment'} -%}
{%- set shown = [] -%}
{%- for role, report in reports.items() -%}
{%- for column in columns_of_requirements(report) -%}
{%- do shown.append("('" ~ role ~ "', '" ~ column.meta.requirement_id ~ "', '" ~ column.meta.shows ~ "')") -%}
{%- endfor -%}
{%- endfor -%}

-- depends_on: {{ ref('rpt_local_bulletin') }}, {{ ref('rpt_department_assessment') }}
with requirements as (
    select * from {{ ref('requirements') }}
),

shown as (
    select
        listed.role,
        listed.requirement_id,
        listed.shows
    from (values ('', '', ''){{ ', ' if shown }}{{ shown | join(', ') }}) as listed (role, requirement_id, shows)
)

select
    requirements.role,
    requirements.requirement_id,
    count(shown.shows) as columns_shown
from requirements
left join shown
    on
        requirements.role = shown.role
        and requirements.requirement_id = shown.requirement_id
group by requirements.role, requirements.requirement_id
having count(shown.shows) != 4
