{#- 第十二条：通报里的每一格都是一条结论的一个数。Which one, the column's `meta` says. -#}
{%- set reports = [
    (ref('rpt_local_bulletin'), 'rpt_local_bulletin', 'local'),
    (ref('rpt_department_assessment'), 'rpt_department_assessment', 'department'),
] -%}
{%- set shown = {'value': 'observed', 'target': 'threshold', 'gap': 'gap', 'status': 'status_label'} -%}

with verdicts as (
    select * from {{ ref('fct_verdicts') }}
),

cells as (
    {%- for relation, name, role in reports %}
    {%- for column in columns_of_requirements(name) %}
    select
        as_of_month,
        org_code,
        '{{ role }}' as role,
        '{{ column.meta.requirement_id }}' as requirement_id,
        '{{ column.meta.shows }}' as shows,
        cast({{ column.name }} as string) as cell
    from {{ relation }}
    union all
    {%- endfor %}
    {%- endfor %}
    select null as as_of_month, null as org_code, null as role, null as requirement_id, null as shows, null as cell
    where false
),

numbers as (
    {%- for name, number in shown.items() %}
    select
        as_of_month,
        org_code,
        role,
        requirement_id,
        '{{ name }}' as shows,
        cast({{ number }} as string) as number
    from verdicts
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

totals as (
    {%- for relation, _, role in reports %}
    select
        as_of_month,
        org_code,
        '{{ role }}' as role,
        requirements_passed,
        requirements_failed,
        requirements_in_progress,
        requirements_waived
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

counted as (
    select
        as_of_month,
        org_code,
        role,
        count(*) filter (where status = 'PASS') as requirements_passed,
        count(*) filter (where status = 'FAIL') as requirements_failed,
        count(*) filter (where status = 'IN_PROGRESS') as requirements_in_progress,
        count(*) filter (where is_waived) as requirements_waived
    from verdicts
    group by as_of_month, org_code, role
)

select
    cells.as_of_month,
    cells.org_code,
    cells.requirement_id || ' ' || cells.shows as what
from cells
left join numbers
    on
        cells.as_of_month = numbers.as_of_month
        and cells.org_code = numbers.org_code
        and cells.role = numbers.role
        and cells.requirement_id = numbers.requirement_id
        and cells.shows = numbers.shows
where cells.cell is distinct from numbers.number

union all

select
    coalesce(totals.as_of_month, counted.as_of_month) as as_of_month,
    coalesce(totals.org_code, counted.org_code) as org_code,
    'requirements by status' as what
from totals
full outer join counted
    on
        totals.as_of_month = counted.as_of_month
        and totals.org_code = counted.org_code
        and totals.role = counted.role
where
    totals.requirements_passed is distinct from counted.requirements_passed
    or totals.requirements_failed is distinct from counted.requirements_failed
    or totals.requirements_in_progress is distinct from counted.requirements_in_progress
    or totals.requirements_waived is distinct from counted.requirements_waived
