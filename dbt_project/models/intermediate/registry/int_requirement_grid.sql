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
),

evidence as (
    select * from {{ ref('int_requirement_evidence') }}
),

org_roles as (
    select org_code, org_type, channel_opened_on, 'department' as role
    from organizations
    where is_department

    union all

    select org_code, org_type, channel_opened_on, 'local' as role
    from organizations
    where is_local
)

select
    months.as_of_month,
    months.as_of_year,
    months.year_start,
    months.is_year_end,
    org_roles.org_code,
    org_roles.role,
    requirements.requirement_id,
    requirements.kind,
    requirements.target_source,
    requirement_measures.period,
    requirement_measures.denominator_measure is not null as has_denominator,
    evidence.is_landed,
    evidence.is_landed and evidence.oldest_export_date >= months.last_day as is_covered,
    -- A monthly duty is due for a month that it, and the channel, saw from the first day.
    case
        when requirement_measures.period = 'month'
            then
                requirements.effective_on <= months.as_of_month
                and (org_roles.channel_opened_on is null or org_roles.channel_opened_on <= months.as_of_month)
        else true
    end as is_due
from months
cross join org_roles
inner join requirements
    on org_roles.role = requirements.role
inner join evidence
    on requirements.requirement_id = evidence.requirement_id
left join requirement_measures
    on requirements.requirement_id = requirement_measures.requirement_id
where
    -- A group exists for its shared figure alone.
    org_roles.org_type != 'target_group'
    or requirements.target_source = 'annex'
