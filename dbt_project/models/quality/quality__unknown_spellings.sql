with unknown_spellings as (
    select * from {{ ref('unknown_spellings') }}
),

labels as (
    select * from {{ ref('quality_labels') }}
)

select
    unknown_spellings.export_name,
    labels.label as export_label,
    unknown_spellings.column_name,
    unknown_spellings.spelling,
    unknown_spellings.rows
from unknown_spellings
left join labels
    on unknown_spellings.export_name = labels.code
