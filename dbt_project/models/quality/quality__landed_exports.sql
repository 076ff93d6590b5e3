with landed_exports as (
    select * from {{ ref('landed_exports') }}
),

labels as (
    select * from {{ ref('quality_labels') }}
)

select
    landed_exports.export_name,
    labels.label as export_label,
    landed_exports.export_date,
    landed_exports.rows_read,
    landed_exports.rows_landed,
    landed_exports.rows_rejected
from landed_exports
left join labels
    on landed_exports.export_name = labels.code
