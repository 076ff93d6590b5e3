-- 谁问：组织部，催办“其他省产业（局）、企业集团（公司）工会（共68家）”的年度工作安排数（附件2）时。
-- 怎么看：截至最近一月，各成员单位本年新增的注册用户占合并安排单位的多少；group_threshold 是合并安排的数，group_gap 是还差的人数。
with latest as (
    select * from {{ ref('fct_verdicts') }}
    where
        requirement_id = '9.1'
        and as_of_month = (select max(as_of_month) from {{ ref('fct_verdicts') }})
),

organizations as (
    select * from {{ ref('dim_organizations') }}
)

select
    group_verdicts.org_name as group_name,
    member_verdicts.org_name as member_name,
    member_verdicts.numerator as registered_users,
    cast(member_verdicts.numerator as double) / nullif(group_verdicts.numerator, 0) as share_of_group,
    group_verdicts.numerator as group_registered_users,
    group_verdicts.threshold as group_threshold,
    group_verdicts.gap as group_gap
from organizations
inner join latest as group_verdicts
    on organizations.target_unit_code = group_verdicts.org_code
inner join latest as member_verdicts
    on organizations.org_code = member_verdicts.org_code
where organizations.target_unit_code != organizations.org_code
order by member_verdicts.numerator desc, member_verdicts.org_name asc
