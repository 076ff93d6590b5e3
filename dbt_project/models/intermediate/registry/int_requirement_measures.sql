with months as (
    select * from {{ ref('int_as_of_months') }}
),

measures as (
    select * from {{ ref('requirement_measures') }}
),

readings as (
    select * from {{ ref('int_readings_in_force') }}
)

-- A requirement without a reading has one row a month; one with a reading has the row of the option in force.
select
    months.as_of_month,
    measures.requirement_id,
    measures.numerator_measure,
    measures.denominator_measure,
    measures.period
from months
cross join measures
left join readings
    on
        months.as_of_month = readings.as_of_month
        and measures.reading_id = readings.reading_id
        and measures.option = readings.option
where
    measures.reading_id is null
    or readings.option is not null
