with visits as (
    select * from {{ ref('stg_channel_visits') }}
)

select
    org_code,
    visited_month as month,
    -- An export may hold any bigint, and a sum of bigints goes round beyond the largest on other engines.
    sum(cast(page_views as decimal(38, 0))) as page_views
from visits
group by org_code, visited_month
