with months as (
    select * from {{ ref('int_as_of_months') }}
),

organizations as (
    select * from {{ ref('organizations') }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

requirement_measures as (
    select * from {{ ref('int_requirement_measures') }}
)

-- A monthly duty is due for a month that it, and the channel, saw from the first day.
select
    months.as_of_month,
    organizations.org_code,
    requirements.requirement_id,
    requirements.effective_on <= months.as_of_month
    and (
        organizations.channel_opened_on is null
        or organizations.channel_opened_on <= months.as_of_month
    ) as is_assessed
from months
cross join organizations
cross join requirements
inner join requirement_measures
    on requirements.requirement_id = requirement_measures.requirement_id
where requirement_measures.period = 'month'
