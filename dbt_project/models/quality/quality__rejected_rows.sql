with rejected_rows as (
    select * from {{ ref('rejected_rows') }}
),

labels as (
    select * from {{ ref('quality_labels') }}
),

organizations as (
    select * from {{ ref('organizations') }}
)

select
    rejected_rows.export_name,
    export_labels.label as export_label,
    rejected_rows.file_name,
    rejected_rows.sheet_name,
    rejected_rows.row_number,
    rejected_rows.column_name,
    rejected_rows.org_code,
    organizations.org_name,
    rejected_rows.reason,
    reason_labels.label as reason_label
from rejected_rows
left join labels as export_labels
    on rejected_rows.export_name = export_labels.code
left join labels as reason_labels
    on rejected_rows.reason = reason_labels.code
left join organizations
    on rejected_rows.org_code = organizations.org_code
