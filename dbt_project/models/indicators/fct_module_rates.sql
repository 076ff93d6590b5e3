with counts as (
    select * from {{ ref('int_module_items_withheld') }}
)

select
    as_of_month,
    org_code,
    org_name,
    module_code,
    module_name,
    category,
    case when is_withheld then null else items end as items,
    case when is_withheld then null else platform_items end as platform_items,
    case when is_withheld then null else platform_items_completed end as platform_items_completed,
    case when is_withheld then null else {{ observed('platform_items', 'items') }} end as usage_rate,
    case when is_withheld then null else {{ observed('platform_items_completed', 'platform_items') }} end
        as completion_rate,
    is_withheld
from counts
