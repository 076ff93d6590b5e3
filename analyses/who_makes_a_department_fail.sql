-- 谁问：目标考核职能部门（第十一条），部门对第八条（五）至（八）的结论有异议时。
-- 怎么看：每个未达标的部门指标，是哪些被指导单位的哪一项、差多少造成的。
with verdicts as (
    select * from {{ ref('fct_verdicts') }}
),

requirements as (
    select * from {{ ref('dim_requirements') }}
),

guidance as (
    select * from {{ ref('bridge_guidance') }}
)

select
    department_verdicts.as_of_month,
    department_verdicts.org_name as department_name,
    department_verdicts.requirement_title,
    guidance.local_org_name as guided_org_name,
    guided_verdicts.requirement_title as guided_requirement_title,
    guided_verdicts.observed,
    guided_verdicts.threshold,
    guided_verdicts.unit,
    guided_verdicts.gap,
    guided_verdicts.gap_unit
from verdicts as department_verdicts
inner join requirements
    on department_verdicts.requirement_id = requirements.requirement_id
inner join guidance
    on
        department_verdicts.org_code = guidance.department_code
        -- Guidance is that of the month's last day.
        and coalesce(guidance.valid_from < department_verdicts.as_of_month + interval 1 month, true)
        and coalesce(guidance.valid_to >= department_verdicts.as_of_month + interval 1 month - interval 1 day, true)
inner join verdicts as guided_verdicts
    on
        department_verdicts.as_of_month = guided_verdicts.as_of_month
        and guidance.local_org_code = guided_verdicts.org_code
        -- The requirements looked at stand in one text, parted by blanks.
        and ' ' || requirements.source_requirements || ' ' like '% ' || guided_verdicts.requirement_id || ' %'
where
    department_verdicts.status = 'FAIL'
    and department_verdicts.role = 'department'
    and guided_verdicts.status = 'FAIL'
order by department_verdicts.as_of_month desc, department_verdicts.org_name asc, guided_verdicts.gap desc
