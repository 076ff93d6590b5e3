with readings as (
    select * from {{ ref('readings') }}
),

clauses as (
    select * from {{ ref('clauses') }}
)

select
    readings.reading_id,
    readings.option,
    readings.is_active,
    readings.rationale,
    readings.decided_on,
    readings.clause_id,
    clauses.text as clause_text
from readings
inner join clauses
    on readings.clause_id = clauses.clause_id
