with waivers as (
    select * from {{ ref('waivers') }}
),

organizations as (
    select * from {{ ref('organizations') }}
),

requirements as (
    select * from {{ ref('requirements') }}
)

select
    waivers.org_code,
    organizations.org_name,
    waivers.requirement_id,
    requirements.title as requirement_title,
    waivers.month_from,
    waivers.month_to,
    waivers.reason,
    waivers.approved_by,
    waivers.expires_on
from waivers
inner join organizations
    on waivers.org_code = organizations.org_code
inner join requirements
    on waivers.requirement_id = requirements.requirement_id
