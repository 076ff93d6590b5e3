with measures as (
    select * from {{ ref('measures') }}
),

requirement_measures as (
    select * from {{ ref('int_requirement_measures') }}
),

sources as (
    select * from {{ ref('requirement_sources') }}
),

own_exports as (
    select
        requirement_measures.as_of_month,
        requirement_measures.requirement_id,
        measures.export_name
    from requirement_measures
    inner join measures
        on
            requirement_measures.numerator_measure = measures.measure
            or requirement_measures.denominator_measure = measures.measure
)

select
    as_of_month,
    requirement_id,
    export_name
from own_exports

union

select
    own_exports.as_of_month,
    sources.requirement_id,
    own_exports.export_name
from sources
inner join own_exports
    on sources.source_requirement_id = own_exports.requirement_id
