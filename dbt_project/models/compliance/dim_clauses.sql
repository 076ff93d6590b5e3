with clauses as (
    select * from {{ ref('clauses') }}
),

answers as (
    select * from {{ ref('clause_answers') }}
),

requirement_counts as (
    select
        clause_id,
        count(*) as requirement_count
    from {{ ref('requirements') }}
    group by clause_id
),

test_counts as (
    select
        clause_id,
        count(*) as test_count
    from {{ ref('clause_tests') }}
    group by clause_id
)

select
    clauses.clause_id,
    clauses.article,
    clauses.item,
    clauses.text,
    coalesce(requirement_counts.requirement_count, 0) as requirement_count,
    coalesce(test_counts.test_count, 0) as test_count,
    answers.answer,
    clauses.clause_order
from clauses
left join answers
    on clauses.clause_id = answers.clause_id
left join requirement_counts
    on clauses.clause_id = requirement_counts.clause_id
left join test_counts
    on clauses.clause_id = test_counts.clause_id
