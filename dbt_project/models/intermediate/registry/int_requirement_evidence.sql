with measures as (
    select * from {{ ref('measures') }}
),

requirement_measures as (
    select * from {{ ref('int_requirement_measures') }}
),

sources as (
    select * from {{ ref('requirement_sources') }}
),

landed_exports as (
    select * from {{ ref('landed_exports') }}
),

own_exports as (
    select
        requirement_measures.requirement_id,
        measures.export_name
    from requirement_measures
    inner join measures
        on
            requirement_measures.numerator_measure = measures.measure
            or requirement_measures.denominator_measure = measures.measure
),

all_exports as (
    select requirement_id, export_name
    from own_exports

    union

    select sources.requirement_id, own_exports.export_name
    from sources
    inner join own_exports
        on sources.source_requirement_id = own_exports.requirement_id
)

select
    all_exports.requirement_id,
    {{ joined_text('all_exports.export_name') }} as exports,
    count(*) = count(landed_exports.export_name) as is_landed,
    min(landed_exports.export_date) as oldest_export_date
from all_exports
left join landed_exports
    on all_exports.export_name = landed_exports.export_name
group by all_exports.requirement_id
