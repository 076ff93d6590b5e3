with grid as (
    select distinct  -- a threshold holds for a year, the grid has months
        months.as_of_year,
        grid.org_code,
        grid.requirement_id
    from {{ ref('int_requirement_grid') }} as grid
    inner join {{ ref('int_as_of_months') }} as months
        on grid.as_of_month = months.as_of_month
),

requirements as (
    select * from {{ ref('requirements') }}
),

thresholds as (
    select * from {{ ref('thresholds') }}
),

registration_targets as (
    select * from {{ ref('int_registration_targets') }}
),

prescribed_quantities as (
    select * from {{ ref('prescribed_quantities') }}
)

select
    grid.as_of_year,
    grid.org_code,
    grid.requirement_id,
    case
        when requirements.target_source = 'regulation' then thresholds.threshold
        when requirements.target_source = 'annex' then registration_targets.target
        when requirements.target_source = 'prescribed' then coalesce(own_quantities.quantity, common_quantities.quantity)
        else null
    end as threshold,
    case
        when requirements.target_source = 'annex' then 'NO_TARGET'
        else 'THRESHOLD_UNSET'
    end as unset_status,
    case
        when requirements.target_source != 'annex' then 'quantity_unset'
        when registration_targets.org_code is not null and registration_targets.target is null then 'group_target'
        else 'no_figure_for_year'
    end as unset_reason
from grid
inner join requirements
    on grid.requirement_id = requirements.requirement_id
left join thresholds
    on
        grid.requirement_id = thresholds.requirement_id
        and grid.as_of_year >= thresholds.year_from
        and (grid.as_of_year <= thresholds.year_to or thresholds.year_to is null)
left join registration_targets
    on
        grid.org_code = registration_targets.org_code
        and grid.as_of_year = registration_targets.year
left join prescribed_quantities as own_quantities
    on
        grid.requirement_id = own_quantities.requirement_id
        and grid.org_code = own_quantities.org_code
        and grid.as_of_year = own_quantities.year
left join prescribed_quantities as common_quantities
    on
        grid.requirement_id = common_quantities.requirement_id
        and grid.as_of_year = common_quantities.year
        and common_quantities.org_code = '*'
