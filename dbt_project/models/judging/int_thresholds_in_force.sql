with grid as (
    select * from {{ ref('int_requirement_grid') }}
),

thresholds as (
    select * from {{ ref('thresholds') }}
),

year_reading as (
    {{ reading_in_force('9.5.year') }}
),

-- An average of months is held against what its months are held against.
averaged as (
    select
        year_reading.as_of_month,
        sources.requirement_id,
        sources.source_requirement_id
    from year_reading
    cross join {{ ref('requirement_sources') }} as sources
    where year_reading.option = 'monthly_average'
),

registration_targets as (
    select * from {{ ref('int_registration_targets') }}
),

prescribed_quantities as (
    select * from {{ ref('prescribed_quantities') }}
)

select
    grid.as_of_month,
    grid.as_of_year,
    grid.year_start,
    grid.is_year_end,
    grid.org_code,
    grid.role,
    grid.requirement_id,
    grid.kind,
    grid.target_source,
    grid.period,
    grid.has_denominator,
    grid.is_landed,
    grid.is_reached,
    grid.is_covered,
    grid.evidence_date,
    grid.refused_rows,
    grid.is_due,
    averaged.requirement_id is not null as is_average,
    coalesce(averaged.source_requirement_id, grid.requirement_id) as counted_requirement_id,
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
    on
        grid.as_of_month = averaged.as_of_month
        and grid.requirement_id = averaged.requirement_id
        and grid.kind = 'ratio'
left join thresholds
    on
        coalesce(averaged.source_requirement_id, grid.requirement_id) = thresholds.requirement_id
        and grid.as_of_year >= thresholds.year_from
        and (grid.as_of_year <= thresholds.year_to or thresholds.year_to is null)
left join registration_targets
    on
        grid.as_of_month = registration_targets.as_of_month
        and grid.org_code = registration_targets.org_code
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
