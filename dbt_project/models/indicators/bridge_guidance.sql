with guidance as (
    select * from {{ ref('guidance') }}
),

organizations as (
    select * from {{ ref('organizations') }}
)

select
    guidance.department_code,
    departments.org_name as department_name,
    guidance.local_org_code,
    local_orgs.org_name as local_org_name,
    {{ place_in_time('guidance', ['department_code', 'local_org_code']) }} as period_number,
    guidance.valid_from,
    guidance.valid_to
from guidance
inner join organizations as departments
    on guidance.department_code = departments.org_code
inner join organizations as local_orgs
    on guidance.local_org_code = local_orgs.org_code
