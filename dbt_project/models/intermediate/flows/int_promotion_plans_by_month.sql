with plans as (
    select
        org_code,
        plan_year,
        adopted_month,
        {{ year_start('plan_year') }} as plan_year_start
    from {{ ref('stg_promotion_plans') }}
)

-- A plan adopted ahead counts from the first month of its year; one adopted after its year never does.
select
    org_code,
    greatest(adopted_month, plan_year_start) as month,
    cast(1 as bigint) as promotion_plans
from plans
where
    plan_year_start is not null
    and extract(year from adopted_month) <= plan_year
