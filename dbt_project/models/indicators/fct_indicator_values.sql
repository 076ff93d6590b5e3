with grid as (
    select * from {{ ref('int_requirement_grid') }}
),

months as (
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

requirement_modules as (
    select * from {{ ref('int_requirement_modules') }}
),

contributors as (
    select * from {{ ref('int_requirement_contributors') }}
),

flows as (
    select * from {{ ref('int_measures_by_month') }}
),

-- What a requirement counts in one month or another.
components as (
    select requirement_id, numerator_measure as measure
    from requirement_measures

    union

    select requirement_id, denominator_measure as measure
    from requirement_measures
),

monthly as (
    select
        contributors.org_code,
        components.requirement_id,
        components.measure,
        flows.month,
        sum(flows.flow) as flow
    from components
    inner join requirement_modules
        on components.requirement_id = requirement_modules.requirement_id
    inner join contributors
        on components.requirement_id = contributors.requirement_id
    inner join flows
        on
            components.measure = flows.measure
            and requirement_modules.module_code = flows.module_code
            and contributors.contributor_code = flows.org_code
    group by
        contributors.org_code,
        components.requirement_id,
        components.measure,
        flows.month
),

-- From which month on flows count, by the requirement's period.
asked as (
    select
        requirement_measures.as_of_month,
        requirement_measures.requirement_id,
        requirement_measures.numerator_measure,
        requirement_measures.denominator_measure,
        case requirement_measures.period
            when 'month' then months.as_of_month
            when 'year_to_date' then months.year_start
            else null
        end as first_month
    from requirement_measures
    inner join months
        on requirement_measures.as_of_month = months.as_of_month
),

accumulated as (
    select
        asked.as_of_month,
        monthly.org_code,
        monthly.requirement_id,
        sum(monthly.flow) filter (where monthly.measure = asked.numerator_measure) as numerator,
        sum(monthly.flow) filter (where monthly.measure = asked.denominator_measure) as denominator,
        sum(monthly.flow) filter (
            where monthly.measure = asked.numerator_measure and monthly.month = asked.as_of_month
        ) as numerator_in_month,
        sum(monthly.flow) filter (
            where monthly.measure = asked.denominator_measure and monthly.month = asked.as_of_month
        ) as denominator_in_month
    from monthly
    inner join asked
        on
            monthly.requirement_id = asked.requirement_id
            and monthly.month <= asked.as_of_month
            and (asked.first_month is null or monthly.month >= asked.first_month)
    group by asked.as_of_month, monthly.org_code, monthly.requirement_id
),

measured as (
    select
        grid.as_of_month,
        grid.org_code,
        grid.role,
        grid.requirement_id,
        case
            when grid.is_landed and grid.is_reached then cast(coalesce(accumulated.numerator, 0) as bigint)
            else null
        end as numerator,
        case
            when grid.is_landed and grid.is_reached and grid.has_denominator
                then cast(coalesce(accumulated.denominator, 0) as bigint)
            else null
        end as denominator,
        case
            when grid.is_landed and grid.is_reached then cast(coalesce(accumulated.numerator_in_month, 0) as bigint)
            else null
        end as numerator_in_month,
        case
            when grid.is_landed and grid.is_reached and grid.has_denominator
                then cast(coalesce(accumulated.denominator_in_month, 0) as bigint)
            else null
        end as denominator_in_month
    from grid
    left join accumulated
        on
            grid.as_of_month = accumulated.as_of_month
            and grid.org_code = accumulated.org_code
            and grid.requirement_id = accumulated.requirement_id
    where grid.period is not null
)

select
    measured.as_of_month,
    measured.org_code,
    organizations.org_name,
    organizations.org_type,
    measured.role,
    measured.requirement_id,
    requirements.title as requirement_title,
    measured.numerator,
    measured.denominator,
    {{ observed('measured.numerator', 'measured.denominator') }} as observed,
    requirements.unit,
    measured.numerator_in_month,
    measured.denominator_in_month,
    coalesce(requirements.counted_in, requirements.unit) as numerator_unit
from measured
inner join organizations
    on measured.org_code = organizations.org_code
inner join requirements
    on measured.requirement_id = requirements.requirement_id
