-- 谁问：考核部门（第十一条），部门对第八条（五）至（八）的结论有异议时。
-- 怎么看：每个未达标的部门指标，是哪些被指导单位的哪一项、差多少造成的。
with verdicts as (
    select * from {{ ref('fct_verdicts') }}
),

organizations as (
    select * from {{ ref('dim_organizations') }}
),

sources as (
    select * from {{ ref('requirement_sources') }}
),

guidance as (
    select * from {{ ref('bridge_guidance') }}
)

select
    department_verdicts.as_of_month,
    departments.org_name as department_name,
    department_verdicts.requirement_id,
    guided_orgs.org_name as guided_org_name,
    guided_verdicts.requirement_id as guided_requirement_id,
    guided_verdicts.observed,
    guided_verdicts.threshold,
    guided_verdicts.gap
from verdicts as department_verdicts
inner join sources
    on department_verdicts.requirement_id = sources.requirement_id
inner join guidance
    on department_verdicts.org_code = guidance.department_code
inner join verdicts as guided_verdicts
    on
        department_verdicts.as_of_month = guided_verdicts.as_of_month
        and guidance.local_org_code = guided_verdicts.org_code
        and sources.source_requirement_id = guided_verdicts.requirement_id
inner join organizations as departments
    on department_verdicts.org_code = departments.org_code
inner join organizations as guided_orgs
    on guidance.local_org_code = guided_orgs.org_code
where
    department_verdicts.status = 'FAIL'
    and department_verdicts.role = 'department'
    and guided_verdicts.status = 'FAIL'
order by department_verdicts.as_of_month desc, departments.org_name asc, guided_verdicts.gap desc
