with requirements as (
    select * from {{ ref('requirements') }}
),

clauses as (
    select * from {{ ref('clauses') }}
),

months as (
    select max(as_of_month) as newest_month from {{ ref('int_as_of_months') }}
),

evidence as (
    select * from {{ ref('int_requirement_evidence') }}
),

requirement_measures as (
    select * from {{ ref('int_requirement_measures') }}
),

measures as (
    select * from {{ ref('measures') }}
),

sources as (
    select
        requirement_id,
        {{ joined_text('source_requirement_id') }} as source_requirements
    from {{ ref('requirement_sources') }}
    group by requirement_id
)

select
    requirements.requirement_id,
    requirements.clause_id,
    clauses.article,
    clauses.item,
    clauses.text as clause_text,
    requirements.role,
    requirements.title,
    requirements.kind,
    requirements.unit,
    requirements.target_source,
    requirement_measures.period,
    numerators.label as numerator_label,
    denominators.label as denominator_label,
    sources.source_requirements,
    evidence.exports,
    requirements.effective_on,
    cast(
        row_number() over (order by clauses.clause_order, requirements.requirement_order, requirements.requirement_id)
        as integer
    ) as requirement_order
from requirements
cross join months
inner join clauses
    on requirements.clause_id = clauses.clause_id
inner join evidence
    on
        requirements.requirement_id = evidence.requirement_id
        and months.newest_month = evidence.as_of_month
left join requirement_measures
    on
        requirements.requirement_id = requirement_measures.requirement_id
        and months.newest_month = requirement_measures.as_of_month
left join measures as numerators
    on requirement_measures.numerator_measure = numerators.measure
left join measures as denominators
    on requirement_measures.denominator_measure = denominators.measure
left join sources
    on requirements.requirement_id = sources.requirement_id
