with readings as (
    select * from {{ ref('readings') }}
),

clauses as (
    select * from {{ ref('clauses') }}
),

labels as (
    select * from {{ ref('verdict_labels') }}
    where kind = 'reading'
)

select
    readings.reading_id,
    readings.option,
    coalesce(labels.label, readings.option) as option_label,
    {{ place_in_time('readings', ['reading_id', 'option']) }} as period_number,
    readings.valid_from,
    readings.valid_to,
    readings.is_active,
    readings.rationale,
    readings.decided_on,
    readings.clause_id,
    clauses.text as clause_text
from readings
inner join clauses
    on readings.clause_id = clauses.clause_id
left join labels
    on readings.option = labels.code
