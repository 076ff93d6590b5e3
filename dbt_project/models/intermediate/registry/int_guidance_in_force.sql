with months as (
    select * from {{ ref('int_as_of_months') }}
),

guidance as (
    select * from {{ ref('guidance') }}
)

select
    months.as_of_month,
    guidance.department_code,
    guidance.local_org_code
from months
inner join guidance
    on {{ is_valid_on('months.last_day', 'guidance') }}
