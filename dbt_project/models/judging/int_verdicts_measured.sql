with asked as (
    select * from {{ ref('int_thresholds_in_force') }}
),

indicator_values as (
    select * from {{ ref('fct_indicator_values') }}
),

inputs as (
    select
        asked.*,
        indicator_values.numerator,
        indicator_values.denominator,
        case
            when asked.period = 'month' then 'month_not_assessed'
            else 'nothing_to_measure'
        end as not_due_reason,
        -- A count may still grow until its month, or December, is over and the exports have seen the end of it.
        asked.kind = 'count'
        and not (asked.is_covered and (asked.is_year_end or asked.period = 'month')) as is_open,
        case
            when asked.is_year_end or asked.period = 'month' then 'month_not_covered'
            else 'year_still_open'
        end as open_reason,
        asked.is_year_end or asked.period = 'month' as is_period_over,
        -- What was reached within the year stays reached; a stock may fall again.
        asked.kind = 'count' and asked.period = 'year_to_date' as is_pass_lasting,
        false as is_fail_lasting
    from asked
    inner join indicator_values
        on
            asked.as_of_month = indicator_values.as_of_month
            and asked.org_code = indicator_values.org_code
            and asked.role = indicator_values.role
            and asked.requirement_id = indicator_values.requirement_id
)

{{ judge('inputs') }}
