with activities as (
    select * from {{ ref('stg_activities') }}
)

select
    org_code,
    started_month as month,
    count(*) as activities
from activities
where is_published
group by org_code, started_month
