-- 谁问：目标考核职能部门（第十一条），核对豁免台账时。
-- 怎么看：截至最近一月，每项指标未达标的有几个，其中几个经批准豁免（waived_failures），waived_orgs 列出是谁。
-- 豁免只是旁注：未达标的仍计在 failures 里。
select
    as_of_month,
    role,
    requirement_title,
    count(*) as failures,
    count(*) filter (where is_waived) as waived_failures,
    string_agg(org_name, '、' order by org_name) filter (where is_waived) as waived_orgs
from {{ ref('fct_verdicts') }}
where
    status = 'FAIL'
    and as_of_month = (select max(as_of_month) from {{ ref('fct_verdicts') }})
group by as_of_month, role, requirement_title
order by waived_failures desc, failures desc, requirement_title asc
