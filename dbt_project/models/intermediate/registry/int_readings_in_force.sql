with months as (
    select * from {{ ref('int_as_of_months') }}
),

readings as (
    select * from {{ ref('readings') }}
    where is_active
)

select
    months.as_of_month,
    readings.reading_id,
    readings.option
from months
inner join readings
    on {{ is_valid_on('months.last_day', 'readings') }}
