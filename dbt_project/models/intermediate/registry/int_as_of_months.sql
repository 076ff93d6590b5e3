with bounds as (
    select
        min(effective_on) as in_force_on,
        {{ month_of('min(effective_on)') }} as first_month,
        cast('{{ var('as_of_month') }}-01' as date) as last_month
    from {{ ref('requirements') }}
),

months as (
    {{ month_series('first_month', 'last_month') }}
    from bounds
)

select
    months.month as as_of_month,
    cast(extract(year from months.month) as integer) as as_of_year,
    cast(date_trunc('year', months.month) as date) as year_start,
    {{ next_month('months.month') }} as next_month_start,
    cast({{ next_month('months.month') }} - interval 1 day as date) as last_day,
    extract(year from {{ next_month('months.month') }}) > extract(year from months.month) as is_year_end,
    bounds.in_force_on <= months.month as is_in_force_throughout
from months
cross join bounds
