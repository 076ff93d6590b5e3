with benefit_services as (
    select * from {{ ref('stg_benefit_services') }}
)

select
    org_code,
    launched_month as month,
    count(*) as benefit_services
from benefit_services
where is_published
group by org_code, launched_month
