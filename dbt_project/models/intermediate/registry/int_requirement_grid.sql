with months as (
    select * from {{ ref('int_as_of_months') }}
),

organizations as (
    select * from {{ ref('int_open_organizations') }}
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

refusals as (
    select * from {{ ref('int_requirement_refusals') }}
),

org_roles as (
    select as_of_month, org_code, org_type, channel_opened_on, 'department' as role
    from organizations
    where is_department

    union all

    select as_of_month, org_code, org_type, channel_opened_on, 'local' as role
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
    -- What is counted in the month alone says nothing before the month; a year or a stock has its months before.
    case
        when requirement_measures.period = 'month'
            then coalesce(evidence.evidence_date > months.as_of_month, false)
        else true
    end as is_reached,
    coalesce(evidence.evidence_date > months.last_day, false) as is_covered,
    evidence.evidence_date,
    case
        when requirements.kind = 'derived' or not evidence.is_landed then null
        else coalesce(refusals.refused_rows, 0)
    end as refused_rows,
    -- A monthly duty is due for a month that the regulation, and the channel, saw from the first day.
    case
        when requirement_measures.period = 'month'
            then
                months.is_in_force_throughout
                and (org_roles.channel_opened_on is null or org_roles.channel_opened_on <= months.as_of_month)
        else true
    end as is_due
from months
inner join org_roles
    on months.as_of_month = org_roles.as_of_month
inner join requirements
    on
        org_roles.role = requirements.role
        and months.last_day >= requirements.effective_on
inner join evidence
    on
        months.as_of_month = evidence.as_of_month
        and requirements.requirement_id = evidence.requirement_id
left join requirement_measures
    on
        months.as_of_month = requirement_measures.as_of_month
        and requirements.requirement_id = requirement_measures.requirement_id
left join refusals
    on
        months.as_of_month = refusals.as_of_month
        and requirements.requirement_id = refusals.requirement_id
        and org_roles.org_code = refusals.org_code
where
    -- A group exists for its shared figure alone.
    org_roles.org_type != 'target_group'
    or requirements.target_source = 'annex'
