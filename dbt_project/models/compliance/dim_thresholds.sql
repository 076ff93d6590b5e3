with thresholds as (
    select * from {{ ref('thresholds') }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

clauses as (
    select * from {{ ref('clauses') }}
)

select
    thresholds.requirement_id,
    requirements.title as requirement_title,
    thresholds.year_from,
    thresholds.year_to,
    thresholds.threshold,
    requirements.unit,
    thresholds.clause_id,
    clauses.text as clause_text
from thresholds
inner join requirements
    on thresholds.requirement_id = requirements.requirement_id
inner join clauses
    on thresholds.clause_id = clauses.clause_id
