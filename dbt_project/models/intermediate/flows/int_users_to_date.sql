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

users_export as (
    select count(*) > 0 as is_landed
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
    case
        when users_export.is_landed then cast(coalesce(accumulated.registered_users_stock, 0) as bigint)
        else null
    end as registered_users_stock,
    case
        when users_export.is_landed then cast(coalesce(accumulated.registered_users_new_in_month, 0) as bigint)
        else null
    end as registered_users_new_in_month,
    case
        when users_export.is_landed then cast(coalesce(accumulated.registered_users_new_in_year, 0) as bigint)
        else null
    end as registered_users_new_in_year,
    case
        when users_export.is_landed then cast(coalesce(accumulated.certified_users_stock, 0) as bigint)
        else null
    end as certified_users_stock,
    case
        when users_export.is_landed then cast(coalesce(accumulated.certified_users_new_in_month, 0) as bigint)
        else null
    end as certified_users_new_in_month,
    case
        when users_export.is_landed then cast(coalesce(accumulated.certified_users_new_in_year, 0) as bigint)
        else null
    end as certified_users_new_in_year
from organizations
cross join users_export
left join accumulated
    on
        organizations.as_of_month = accumulated.as_of_month
        and organizations.org_code = accumulated.org_code
