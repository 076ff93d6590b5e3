with countable_items as (
    select * from {{ ref('stg_workflow_items') }}
    where is_countable
),

-- The big table is read once, into the few combinations of months that there are.
cohorts as (
    select
        org_code,
        module_code,
        is_on_platform,
        accepted_month,
        completed_month,
        count(*) as items
    from countable_items
    group by org_code, module_code, is_on_platform, accepted_month, completed_month
),

flows as (
    select
        org_code,
        module_code,
        accepted_month as month,
        items,
        case when is_on_platform then items else 0 end as platform_items,
        0 as platform_items_completed
    from cohorts

    union all

    -- Only completions within the year of acceptance: a year's rate looks at the items accepted in that year.
    select
        org_code,
        module_code,
        completed_month as month,
        0 as items,
        0 as platform_items,
        items as platform_items_completed
    from cohorts
    where
        is_on_platform
        and extract(year from completed_month) = extract(year from accepted_month)
)

select
    org_code,
    module_code,
    month,
    cast(sum(items) as bigint) as items,
    cast(sum(platform_items) as bigint) as platform_items,
    cast(sum(platform_items_completed) as bigint) as platform_items_completed
from flows
group by org_code, module_code, month
