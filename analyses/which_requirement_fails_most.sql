-- 谁问：领导小组，定下月工作重点时。
-- 怎么看：截至最近一月，每项指标、每类机构（role 是按地方还是按部门考核）参评几家、达标几家；pass_rate 是小数，低的在前。
select
    verdicts.as_of_month,
    verdicts.role,
    verdicts.requirement_title,
    organizations.org_type,
    count(*) as orgs_judged,
    count(*) filter (where verdicts.status = 'PASS') as orgs_passed,
    cast(count(*) filter (where verdicts.status = 'PASS') as double) / count(*) as pass_rate
from {{ ref('fct_verdicts') }} as verdicts
inner join {{ ref('dim_organizations') }} as organizations
    on verdicts.org_code = organizations.org_code
where
    verdicts.status in ('PASS', 'FAIL', 'IN_PROGRESS')
    and verdicts.as_of_month = (select max(as_of_month) from {{ ref('fct_verdicts') }})
group by verdicts.as_of_month, verdicts.role, verdicts.requirement_title, organizations.org_type
order by pass_rate asc, orgs_judged desc, verdicts.requirement_title asc
