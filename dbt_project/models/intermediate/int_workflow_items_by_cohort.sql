with countable_items as (
    select * from {{ ref('stg_workflow_items') }}
    where is_countable
)

select
    org_code,
    module_code,
    is_on_platform,
    accepted_month,
    completed_month,
    count(*) as items
from countable_items
group by org_code, module_code, is_on_platform, accepted_month, completed_month
