with grid as (
    select * from {{ ref('int_requirement_grid') }}
),

thresholds as (
    select * from {{ ref('thresholds') }}
),

-- An average of months is held against what its months are held against.
averaged as (
    select
        sources.requirement_id,
        sources.source_requirement_id
    from {{ ref('requirement_sources') }} as sources
    inner join {{ ref('requirements') }} as requirements
        on sources.requirement_id = requirements.requirement_id
    where
        requirements.kind = 'ratio'
        and {{ reading_in_force('9.5.year') }} = 'monthly_average'
),

registration_targets as (
    select * from {{ ref('int_registration_targets') }}
),

prescribed_quantities as (
    select * from {{ ref('prescribed_quantities') }}
)

select
    grid.*,
    averaged.requirement_id is not null as is_average,
    case grid.target_source
        when 'regulation' then thresholds.threshold
        when 'annex' then registration_targets.target
        when 'prescribed' then coalesce(own_quantities.quantity, common_quantities.quantity)
        else null
    end as threshold,
    case
        when grid.target_source = 'annex' then 'NO_TARGET'
        else 'THRESHOLD_UNSET'
    end as unset_status,
    case
        when grid.target_source != 'annex' then 'quantity_unset'
        when registration_targets.org_code is not null and registration_targets.target is null then 'group_target'
        else 'no_figure_for_year'
    end as unset_reason
from grid
left join averaged
    on grid.requirement_id = averaged.requirement_id
left join thresholds
    on
        coalesce(averaged.source_requirement_id, grid.requirement_id) = thresholds.requirement_id
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
