with verdicts as (
    select * from {{ ref('fct_verdicts') }}
    where
        status in ('PASS', 'FAIL', 'IN_PROGRESS', 'MONITOR_ONLY')
        and observed is not null
        and org_type != 'target_group'
),

requirements as (
    select * from {{ ref('requirements') }}
    where kind != 'derived'
),

-- numerator ÷ (denominator × threshold) in millionths, cut; a threshold has four decimals. Zero asks for nothing.
completed as (
    select
        verdicts.*,
        {{ floor_division(
            'cast(verdicts.numerator as ' ~ whole_number() ~ ') * 10000000000',
            'coalesce(verdicts.denominator, 1) * cast(coalesce(nullif(verdicts.threshold, 0), 1) * 10000 as ' ~ whole_number() ~ ')',
        ) }} as millionths
    from verdicts
    inner join requirements
        on verdicts.requirement_id = requirements.requirement_id
),

ranked as (
    select
        *,
        rank() over (
            partition by as_of_month, role, org_type, requirement_id
            order by millionths desc
        ) as place,
        count(*) over (partition by as_of_month, role, org_type, requirement_id) as ranked_orgs
    from completed
)

select
    ranked.as_of_month,
    ranked.role,
    ranked.org_type,
    ranked.requirement_id,
    ranked.requirement_title,
    ranked.org_code,
    ranked.org_name,
    {{ from_millionths('ranked.millionths') }} as completion,
    cast(ranked.place as bigint) as rank,
    ranked.ranked_orgs,
    cast(earlier.place as bigint) as rank_before
from ranked
left join ranked as earlier
    on
        ranked.as_of_month = {{ next_month('earlier.as_of_month') }}
        and ranked.role = earlier.role
        and ranked.requirement_id = earlier.requirement_id
        and ranked.org_code = earlier.org_code
