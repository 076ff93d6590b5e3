with months as (
    select * from {{ ref('int_as_of_months') }}
),

organizations as (
    select * from {{ ref('organizations') }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

org_roles as (
    select org_code, org_type, 'department' as role
    from organizations
    where is_department

    union all

    select org_code, org_type, 'local' as role
    from organizations
    where is_local
)

select
    months.as_of_month,
    org_roles.org_code,
    org_roles.role,
    requirements.requirement_id
from months
cross join org_roles
inner join requirements
    on org_roles.role = requirements.role
where
    -- A group exists for its shared figure alone.
    org_roles.org_type != 'target_group'
    or requirements.target_source = 'annex'
