-- 谁问：领导小组办公室，发通报（第十二条）之前。
-- 怎么看：只有一项未达标的地方工会；gap 是那一项还差多少，差得少的在前。进行中、无数据的不算未达标。
with failures as (
    select
        *,
        count(*) over (partition by as_of_month, org_code) as failed_requirements
    from {{ ref('fct_verdicts') }}
    where
        role = 'local'
        and status = 'FAIL'
)

select
    as_of_month,
    org_name,
    requirement_title,
    observed,
    threshold,
    unit,
    gap,
    gap_unit
from failures
where failed_requirements = 1
order by as_of_month desc, gap asc
