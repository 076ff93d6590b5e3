with new_unions as (
    select * from {{ ref('stg_new_unions') }}
)

select
    org_code,
    founded_month as month,
    count(*) as unions_founded,
    count(*) filter (where is_on_platform) as unions_founded_on_platform
from new_unions
group by org_code, founded_month
