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

components as (
    select requirement_id, 'numerator' as component, numerator_measure as measure, period
    from requirement_measures

    union all

    select requirement_id, 'denominator' as component, denominator_measure as measure, period
    from requirement_measures
),

monthly as (
    select
        contributors.org_code,
        components.requirement_id,
        components.period,
        flows.month,
        sum(case when components.component = 'numerator' then flows.flow else 0 end) as numerator,
        sum(case when components.component = 'denominator' then flows.flow else 0 end) as denominator
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
        components.period,
        flows.month
),

accumulated as (
    select
        months.as_of_month,
        monthly.org_code,
        monthly.requirement_id,
        sum(monthly.numerator) as numerator,
        sum(monthly.denominator) as denominator
    from monthly
    inner join months
        on
            monthly.month <= months.as_of_month
            and (
                monthly.period = 'to_date'
                or (monthly.period = 'year_to_date' and monthly.month >= months.year_start)
                or monthly.month = months.as_of_month
            )
    group by months.as_of_month, monthly.org_code, monthly.requirement_id
),

measured as (
    select
        grid.as_of_month,
        grid.org_code,
        grid.role,
        grid.requirement_id,
        case
            when grid.is_landed then cast(coalesce(accumulated.numerator, 0) as bigint)
            else null
        end as numerator,
        case
            when grid.is_landed and grid.has_denominator then cast(coalesce(accumulated.denominator, 0) as bigint)
            else null
        end as denominator
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
    requirements.unit
from measured
inner join organizations
    on measured.org_code = organizations.org_code
inner join requirements
    on measured.requirement_id = requirements.requirement_id
