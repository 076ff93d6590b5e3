with landed_exports as (
    select * from {{ ref('landed_exports') }}
)

select
    export_name,
    export_date,
    rows_read,
    rows_landed,
    rows_rejected
from landed_exports
