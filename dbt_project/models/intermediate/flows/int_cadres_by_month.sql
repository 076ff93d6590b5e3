with cadres as (
    select
        org_code,
        entered_month,
        left_month,
        count(*) as cadres
    from {{ ref('stg_cadres') }}
    group by org_code, entered_month, left_month
),

flows as (
    select org_code, entered_month as month, cadres
    from cadres

    union all

    select org_code, left_month as month, -cadres as cadres
    from cadres
    where left_month is not null
)

select
    org_code,
    month,
    cast(sum(cadres) as bigint) as cadres
from flows
group by org_code, month
