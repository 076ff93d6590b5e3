with visits as (
    select * from {{ ref('stg_channel_visits') }}
)

select
    org_code,
    visited_month as month,
    sum(page_views) as page_views
from visits
group by org_code, visited_month
