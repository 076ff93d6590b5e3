-- 谁问：领导小组办公室，发通报（第十二条）之前。
-- 怎么看：只差一项就全部达标的地方工会；gap 是那一项还差多少。进行中的不算未达标。
with verdicts as (
    select * from {{ ref('fct_verdicts') }}
    where role = 'local'
),

organizations as (
    select * from {{ ref('dim_organizations') }}
),

requirements as (
    select * from {{ ref('dim_requirements') }}
),

failures as (
    select
        *,
        count(*) over (partition by as_of_month, org_code) as failed_requirements
    from verdicts
    where status = 'FAIL'
)

select
    failures.as_of_month,
    organizations.org_name,
    requirements.title,
    failures.observed,
    failures.threshold,
    failures.gap
from failures
inner join organizations
    on failures.org_code = organizations.org_code
inner join requirements
    on failures.requirement_id = requirements.requirement_id
where failures.failed_requirements = 1
order by failures.as_of_month desc, failures.gap asc
