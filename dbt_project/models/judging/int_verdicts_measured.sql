with indicator_values as (
    select * from {{ ref('fct_indicator_values') }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

requirement_measures as (
    select * from {{ ref('int_requirement_measures') }}
),

evidence as (
    select * from {{ ref('int_requirement_evidence') }}
),

months as (
    select * from {{ ref('int_as_of_months') }}
),

thresholds as (
    select * from {{ ref('int_thresholds_in_force') }}
),

assessed_months as (
    select * from {{ ref('int_assessed_months') }}
),

inputs as (
    select
        indicator_values.as_of_month,
        indicator_values.org_code,
        indicator_values.role,
        indicator_values.requirement_id,
        requirements.kind,
        indicator_values.numerator,
        indicator_values.denominator,
        thresholds.threshold,
        thresholds.unset_status,
        thresholds.unset_reason,
        evidence.is_landed,
        coalesce(assessed_months.is_assessed, true) as is_due,
        case
            when assessed_months.is_assessed is null then 'nothing_to_measure'
            else 'month_not_assessed'
        end as not_due_reason,
        requirements.kind = 'count' and requirement_measures.period != 'month' and not months.is_year_end as is_open,
        'year_still_open' as open_reason,
        months.is_year_end or requirement_measures.period = 'month' as is_period_over,
        -- What was reached within the year stays reached; a stock may fall again.
        requirements.kind = 'count' and requirement_measures.period = 'year_to_date' as is_pass_lasting,
        false as is_fail_lasting
    from indicator_values
    inner join requirements
        on indicator_values.requirement_id = requirements.requirement_id
    inner join requirement_measures
        on indicator_values.requirement_id = requirement_measures.requirement_id
    inner join evidence
        on indicator_values.requirement_id = evidence.requirement_id
    inner join months
        on indicator_values.as_of_month = months.as_of_month
    inner join thresholds
        on
            months.as_of_year = thresholds.as_of_year
            and indicator_values.org_code = thresholds.org_code
            and indicator_values.requirement_id = thresholds.requirement_id
    left join assessed_months
        on
            indicator_values.as_of_month = assessed_months.as_of_month
            and indicator_values.org_code = assessed_months.org_code
            and indicator_values.requirement_id = assessed_months.requirement_id
)

{{ judge('inputs') }}
