with counts as (
    select * from {{ ref('int_module_items_withheld') }}
),

shown as (
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
        is_withheld
    from counts
)

select
    as_of_month,
    org_code,
    org_name,
    module_code,
    module_name,
    category,
    items,
    platform_items,
    platform_items_completed,
    {{ observed('platform_items', 'items') }} as usage_rate,
    {{ observed('platform_items_completed', 'platform_items') }} as completion_rate,
    is_withheld
from shown
