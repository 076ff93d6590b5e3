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
),

dated as (
    select
        months.month,
        bounds.in_force_on
    from months
    cross join bounds
)

select
    month as as_of_month,
    cast(extract(year from month) as integer) as as_of_year,
    cast(date_trunc('year', month) as date) as year_start,
    {{ next_month('month') }} as next_month_start,
    cast({{ next_month('month') }} - interval '1' day as date) as last_day,
    extract(year from {{ next_month('month') }}) > extract(year from month) as is_year_end,
    in_force_on <= month as is_in_force_throughout
from dated
