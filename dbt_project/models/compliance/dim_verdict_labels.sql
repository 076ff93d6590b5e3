with verdict_labels as (
    select * from {{ ref('verdict_labels') }}
)

select
    code,
    kind,
    label
from verdict_labels
