with visits as (
    select * from {{ ref('stg_channel_visits') }}
)

select
    org_code,
    visited_month as month,
    cast(sum(page_views) as bigint) as page_views
from visits
group by org_code, visited_month
