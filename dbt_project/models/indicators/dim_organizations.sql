with organizations as (
    select * from {{ ref('organizations') }}
)

select
    organizations.org_code,
    organizations.org_name,
    organizations.short_name,
    organizations.org_type,
    organizations.is_department,
    organizations.is_local,
    organizations.target_unit_code,
    units.org_name as target_unit_name,
    organizations.channel_opened_on,
    organizations.opened_on,
    organizations.closed_on,
    organizations.is_sample,
    organizations.org_order
from organizations
left join organizations as units
    on organizations.target_unit_code = units.org_code
