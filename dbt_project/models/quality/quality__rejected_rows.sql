with rejected_rows as (
    select * from {{ ref('rejected_rows') }}
)

select
    export_name,
    file_name,
    sheet_name,
    row_number,
    column_name,
    reason
from rejected_rows
