with new_members as (
    select * from {{ ref('stg_new_members') }}
)

select
    org_code,
    joined_month as month,
    count(*) as members_joined,
    count(*) filter (where is_on_platform) as members_joined_on_platform
from new_members
group by org_code, joined_month
