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
),

-- What a join compares with stands in one relation: an engine has lost a comparison with a value out of two.
asked as (
    select
        grid.*,
        averaged.requirement_id is not null as is_average,
        coalesce(averaged.source_requirement_id, grid.requirement_id) as counted_requirement_id
    from grid
    left join averaged
        on
            grid.as_of_month = averaged.as_of_month
            and grid.requirement_id = averaged.requirement_id
            and grid.kind = 'ratio'
)

select
    asked.as_of_month,
    asked.as_of_year,
    asked.year_start,
    asked.is_year_end,
    asked.org_code,
    asked.role,
    asked.requirement_id,
    asked.kind,
    asked.target_source,
    asked.period,
    asked.has_denominator,
    asked.is_landed,
    asked.is_reached,
    asked.is_covered,
    asked.evidence_date,
    asked.refused_rows,
    asked.is_due,
    asked.is_average,
    asked.counted_requirement_id,
    case asked.target_source
        when 'regulation' then thresholds.threshold
        when 'annex' then registration_targets.target
        when 'prescribed' then coalesce(own_quantities.quantity, common_quantities.quantity)
        else null
    end as threshold,
    case
        when asked.target_source = 'annex' then 'NO_TARGET'
        else 'THRESHOLD_UNSET'
    end as unset_status,
    case
        when asked.target_source != 'annex' then 'quantity_unset'
        when registration_targets.org_code is not null and registration_targets.target is null then 'group_target'
        else 'no_figure_for_year'
    end as unset_reason
from asked
left join thresholds
    on
        asked.counted_requirement_id = thresholds.requirement_id
        and asked.as_of_year >= thresholds.year_from
        and (asked.as_of_year <= thresholds.year_to or thresholds.year_to is null)
left join registration_targets
    on
        asked.as_of_month = registration_targets.as_of_month
        and asked.org_code = registration_targets.org_code
left join prescribed_quantities as own_quantities
    on
        asked.requirement_id = own_quantities.requirement_id
        and asked.org_code = own_quantities.org_code
        and asked.as_of_year = own_quantities.year
left join prescribed_quantities as common_quantities
    on
        asked.requirement_id = common_quantities.requirement_id
        and asked.as_of_year = common_quantities.year
        and common_quantities.org_code = '*'
