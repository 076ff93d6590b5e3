with verdicts as (
    select * from {{ ref('fct_verdicts') }}
),

-- A target group counts its members, who are counted themselves.
counted as (
    select
        as_of_month,
        role,
        org_type,
        requirement_id,
        requirement_title,
        status,
        numerator,
        denominator
    from verdicts

    union all

    select
        as_of_month,
        role,
        'all' as org_type,
        requirement_id,
        requirement_title,
        status,
        numerator,
        denominator
    from verdicts
    where org_type != 'target_group'
)

select
    as_of_month,
    role,
    org_type,
    requirement_id,
    requirement_title,
    count(*) as orgs,
    count(*) filter (where status = 'PASS') as orgs_passed,
    count(*) filter (where status = 'FAIL') as orgs_failed,
    count(*) filter (where status = 'IN_PROGRESS') as orgs_in_progress,
    cast(sum(numerator) as bigint) as numerator,
    cast(sum(denominator) as bigint) as denominator
from counted
group by as_of_month, role, org_type, requirement_id, requirement_title
