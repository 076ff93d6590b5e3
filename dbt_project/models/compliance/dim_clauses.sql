with clauses as (
    select * from {{ ref('clauses') }}
),

requirements as (
    select * from {{ ref('requirements') }}
)

select
    clauses.clause_id,
    clauses.article,
    clauses.item,
    clauses.text,
    count(requirements.requirement_id) as requirement_count
from clauses
left join requirements
    on clauses.clause_id = requirements.clause_id
group by clauses.clause_id, clauses.article, clauses.item, clauses.text
