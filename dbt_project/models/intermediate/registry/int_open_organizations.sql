with months as (
    select * from {{ ref('int_as_of_months') }}
),

organizations as (
    select * from {{ ref('organizations') }}
)

-- Open in a month is who is open on one of its days.
select
    months.as_of_month,
    organizations.org_code,
    organizations.org_name,
    organizations.org_type,
    organizations.is_department,
    organizations.is_local,
    organizations.channel_opened_on
from months
inner join organizations
    on
        (organizations.opened_on is null or months.last_day >= organizations.opened_on)
        and (organizations.closed_on is null or months.as_of_month <= organizations.closed_on)
