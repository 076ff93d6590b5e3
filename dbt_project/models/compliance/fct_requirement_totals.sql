with verdicts as (
    select * from {{ ref('fct_verdicts') }}
),

-- A target group counts its members, who are counted themselves.
counted as (
    select
        *,
        org_type as counted_as
    from verdicts

    union all

    select
        *,
        'all' as counted_as
    from verdicts
    where org_type != 'target_group'
)

select
    as_of_month,
    role,
    counted_as as org_type,
    requirement_id,
    requirement_title,
    count(*) as orgs,
    {{ counts_by_status('orgs') }},
    cast(sum(numerator) as bigint) as numerator,
    cast(sum(denominator) as bigint) as denominator
from counted
group by as_of_month, role, counted_as, requirement_id, requirement_title
