with users as (
    select * from {{ ref('stg_registered_users') }}
)

select
    org_code,
    registered_month,
    certified_month,
    cancelled_month,
    count(*) as users
from users
group by org_code, registered_month, certified_month, cancelled_month
