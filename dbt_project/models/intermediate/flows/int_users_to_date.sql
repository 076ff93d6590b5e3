with months as (
    select * from {{ ref('int_as_of_months') }}
),

-- A target group has no users but its members', who are counted themselves.
organizations as (
    select * from {{ ref('int_open_organizations') }}
    where
        is_local
        and org_type != 'target_group'
),

flows as (
    select * from {{ ref('int_registered_users_by_month') }}
),

-- Whoever is in no row of the export has nobody; without the export nobody knows.
users_export as (
    select case when count(*) > 0 then 0 else null end as otherwise
    from {{ ref('landed_exports') }}
    where export_name = 'registered_users'
),

accumulated as (
    select
        months.as_of_month,
        flows.org_code,
        sum(flows.users_active) as registered_users_stock,
        sum(flows.users_registered) filter (where flows.month = months.as_of_month) as registered_users_new_in_month,
        sum(flows.users_registered) filter (where flows.month >= months.year_start) as registered_users_new_in_year,
        sum(flows.users_certified) as certified_users_stock,
        sum(flows.users_newly_certified) filter (where flows.month = months.as_of_month) as certified_users_new_in_month,
        sum(flows.users_newly_certified) filter (where flows.month >= months.year_start) as certified_users_new_in_year
    from flows
    inner join months
        on flows.month <= months.as_of_month
    group by months.as_of_month, flows.org_code
)

select
    organizations.as_of_month,
    organizations.org_code,
    organizations.org_name,
    organizations.org_type,
    cast(coalesce(accumulated.registered_users_stock, users_export.otherwise) as bigint) as registered_users_stock,
    cast(coalesce(accumulated.registered_users_new_in_month, users_export.otherwise) as bigint) as registered_users_new_in_month,
    cast(coalesce(accumulated.registered_users_new_in_year, users_export.otherwise) as bigint) as registered_users_new_in_year,
    cast(coalesce(accumulated.certified_users_stock, users_export.otherwise) as bigint) as certified_users_stock,
    cast(coalesce(accumulated.certified_users_new_in_month, users_export.otherwise) as bigint) as certified_users_new_in_month,
    cast(coalesce(accumulated.certified_users_new_in_year, users_export.otherwise) as bigint) as certified_users_new_in_year
from organizations
cross join users_export
left join accumulated
    on
        organizations.as_of_month = accumulated.as_of_month
        and organizations.org_code = accumulated.org_code
