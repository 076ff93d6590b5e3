with measures as (
    select * from {{ ref('requirement_measures') }}
),

readings as (
    select * from {{ ref('readings') }}
),

-- A requirement without a reading has one row; one with a reading has the row of the option in force.
in_force as (
    select
        measures.requirement_id,
        measures.numerator_measure,
        measures.denominator_measure,
        measures.period
    from measures
    left join readings
        on
            measures.reading_id = readings.reading_id
            and measures.option = readings.option
    where
        measures.reading_id is null
        or readings.is_active
)

select * from in_force
