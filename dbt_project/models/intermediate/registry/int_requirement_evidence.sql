with exports as (
    select * from {{ ref('int_requirement_exports') }}
),

landed_exports as (
    select * from {{ ref('landed_exports') }}
),

together as (
    select
        exports.as_of_month,
        exports.requirement_id,
        {{ joined_text('exports.export_name') }} as exports,
        count(*) = count(landed_exports.export_name) as is_landed,
        min(landed_exports.export_date) as oldest_export_date
    from exports
    left join landed_exports
        on exports.export_name = landed_exports.export_name
    group by exports.as_of_month, exports.requirement_id
)

select
    as_of_month,
    requirement_id,
    exports,
    is_landed,
    case
        when is_landed then oldest_export_date
        else null
    end as evidence_date
from together
