-- 谁问：领导小组，定下月工作重点时。
-- 怎么看：截至最近一月，每项指标、每类机构（role 是按地方还是按部门评价）参评几家、达标几家；pass_rate 是小数，低的在前。
select
    as_of_month,
    role,
    requirement_title,
    org_type,
    count(*) as orgs_judged,
    count(*) filter (where status = 'PASS') as orgs_passed,
    cast(count(*) filter (where status = 'PASS') as double) / count(*) as pass_rate
from {{ ref('fct_verdicts') }}
where
    status in ('PASS', 'FAIL', 'IN_PROGRESS')
    and as_of_month = (select max(as_of_month) from {{ ref('fct_verdicts') }})
group by as_of_month, role, requirement_title, org_type
order by pass_rate asc, orgs_judged desc, requirement_title asc
