{#-
    第十二条：通报里的每一格都是一条结论的一个数。Which requirement a column shows is what its description says,
    "标题（指标编号）：…"; so the column, its description and the verdict agree.
-#}
{%- set reports = [
    (ref('rpt_local_bulletin'), 'rpt_local_bulletin', 'local'),
    (ref('rpt_department_assessment'), 'rpt_department_assessment', 'department'),
] -%}
{%- set shown = [] -%}
{%- for relation, name, role in reports if execute -%}
{%- for column in graph.nodes['model.gonghui.' ~ name].columns.values() if column.name.endswith('_value') -%}
{%- set requirement = modules.re.search('（([0-9][0-9a-z_.]*)）：', column.description) -%}
{%- do shown.append((relation, role, column.name.removesuffix('_value'), requirement.group(1))) -%}
{%- endfor -%}
{%- endfor -%}

with cells as (
    {%- for relation, role, prefix, requirement_id in shown %}
    select
        as_of_month,
        org_code,
        '{{ role }}' as role,
        '{{ requirement_id }}' as requirement_id,
        {{ prefix }}_value as observed,
        {{ prefix }}_target as threshold,
        {{ prefix }}_gap as gap,
        {{ prefix }}_status as label
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

verdicts as (
    select * from {{ ref('fct_verdicts') }}
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
    coalesce(cells.as_of_month, verdicts.as_of_month) as as_of_month,
    coalesce(cells.org_code, verdicts.org_code) as org_code,
    coalesce(cells.requirement_id, verdicts.requirement_id) as what
from cells
full outer join verdicts
    on
        cells.as_of_month = verdicts.as_of_month
        and cells.org_code = verdicts.org_code
        and cells.role = verdicts.role
        and cells.requirement_id = verdicts.requirement_id
where
    cells.observed is distinct from verdicts.observed
    or cells.threshold is distinct from verdicts.threshold
    or cells.gap is distinct from verdicts.gap
    or cells.label is distinct from verdicts.status_label

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
