with registration_targets as (
    select * from {{ ref('registration_targets') }}
),

organizations as (
    select * from {{ ref('organizations') }}
)

select
    registration_targets.target_unit_code,
    organizations.org_name as target_unit_name,
    registration_targets.year,
    registration_targets.target_wan,
    cast(registration_targets.target_wan * 10000 as decimal(18, 4)) as target,
    registration_targets.document
from registration_targets
inner join organizations
    on registration_targets.target_unit_code = organizations.org_code
