{#- 第十二条：合计 all 的机构数、达标数和分子、分母，就是各类机构之和，而合并安排单位不计。 -#}
with totals as (
    select * from {{ ref('fct_requirement_totals') }}
),

by_type as (
    select
        as_of_month,
        role,
        requirement_id,
        sum(orgs) as orgs,
        sum(orgs_passed) as orgs_passed,
        sum(orgs_failed) as orgs_failed,
        sum(orgs_in_progress) as orgs_in_progress,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from totals
    where org_type not in ('all', 'target_group')
    group by as_of_month, role, requirement_id
)

select
    by_type.as_of_month,
    by_type.role,
    by_type.requirement_id
from by_type
left join totals as of_all
    on
        by_type.as_of_month = of_all.as_of_month
        and by_type.role = of_all.role
        and by_type.requirement_id = of_all.requirement_id
        and of_all.org_type = 'all'
where
    by_type.orgs is distinct from of_all.orgs
    or by_type.orgs_passed is distinct from of_all.orgs_passed
    or by_type.orgs_failed is distinct from of_all.orgs_failed
    or by_type.orgs_in_progress is distinct from of_all.orgs_in_progress
    or by_type.numerator is distinct from of_all.numerator
    or by_type.denominator is distinct from of_all.denominator
