with months as (
    select * from {{ ref('int_as_of_months') }}
),

organizations as (
    select * from {{ ref('int_open_organizations') }}
),

modules as (
    select * from {{ ref('modules') }}
),

flows as (
    select * from {{ ref('int_workflow_items_by_month') }}
),

workflow_export as (
    select count(*) > 0 as is_landed
    from {{ ref('landed_exports') }}
    where export_name = 'workflow_items'
),

year_to_date as (
    select
        months.as_of_month,
        flows.org_code,
        flows.module_code,
        sum(flows.items) as items,
        sum(flows.platform_items) as platform_items,
        sum(flows.platform_items_completed) as platform_items_completed
    from flows
    inner join months
        on flows.month between months.year_start and months.as_of_month
    group by months.as_of_month, flows.org_code, flows.module_code
)

select
    months.as_of_month,
    organizations.org_code,
    organizations.org_name,
    organizations.is_department,
    organizations.is_local,
    modules.module_code,
    modules.module_name,
    modules.category,
    modules.tracks_completion,
    case
        when workflow_export.is_landed then cast(coalesce(year_to_date.items, 0) as bigint)
        else null
    end as items,
    case
        when workflow_export.is_landed then cast(coalesce(year_to_date.platform_items, 0) as bigint)
        else null
    end as platform_items,
    case
        when workflow_export.is_landed then cast(coalesce(year_to_date.platform_items_completed, 0) as bigint)
        else null
    end as platform_items_completed
from months
inner join organizations
    on months.as_of_month = organizations.as_of_month
cross join modules
cross join workflow_export
left join year_to_date
    on
        months.as_of_month = year_to_date.as_of_month
        and organizations.org_code = year_to_date.org_code
        and modules.module_code = year_to_date.module_code
where organizations.org_type != 'target_group'
