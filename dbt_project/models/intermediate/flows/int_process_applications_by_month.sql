with applications as (
    select
        org_code,
        approved_month,
        onlined_month,
        count(*) as processes
    from {{ ref('stg_process_applications') }}
    group by org_code, approved_month, onlined_month
),

flows as (
    select org_code, approved_month as month, processes as processes_approved, 0 as processes_onlined
    from applications
    where approved_month is not null

    union all

    select org_code, onlined_month as month, 0 as processes_approved, processes as processes_onlined
    from applications
    where onlined_month is not null
)

select
    org_code,
    month,
    cast(sum(processes_approved) as bigint) as processes_approved,
    cast(sum(processes_onlined) as bigint) as processes_onlined
from flows
group by org_code, month
