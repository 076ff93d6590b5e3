with monthly_verdicts as (
    select * from {{ ref('int_verdicts_measured') }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

sources as (
    select * from {{ ref('requirement_sources') }}
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

year_rule as (
    select {{ reading_in_force('9.5.year') }} = 'every_month' as is_every_month
),

-- The assessed months of the year so far.
to_date as (
    select
        months.as_of_month,
        months.as_of_year,
        months.is_year_end,
        monthly_verdicts.org_code,
        monthly_verdicts.role,
        sources.requirement_id,
        sources.source_requirement_id,
        count(*) filter (where monthly_verdicts.status = 'PASS') as months_passed,
        count(*) filter (where monthly_verdicts.is_due) as months_assessed,
        sum(case when monthly_verdicts.is_due then monthly_verdicts.numerator else 0 end) as counted
    from sources
    inner join requirements
        on sources.requirement_id = requirements.requirement_id
    inner join monthly_verdicts
        on sources.source_requirement_id = monthly_verdicts.requirement_id
    inner join months
        on monthly_verdicts.as_of_month between months.year_start and months.as_of_month
    where requirements.kind = 'ratio'
    group by
        months.as_of_month,
        months.as_of_year,
        months.is_year_end,
        monthly_verdicts.org_code,
        monthly_verdicts.role,
        sources.requirement_id,
        sources.source_requirement_id
),

inputs as (
    select
        to_date.as_of_month,
        to_date.org_code,
        to_date.role,
        to_date.requirement_id,
        'ratio' as kind,
        case
            when not evidence.is_landed then null
            when year_rule.is_every_month then cast(to_date.months_passed as bigint)
            else cast(to_date.counted as bigint)
        end as numerator,
        case
            when evidence.is_landed then cast(to_date.months_assessed as bigint)
            else null
        end as denominator,
        thresholds.threshold,
        thresholds.unset_status,
        thresholds.unset_reason,
        evidence.is_landed,
        to_date.months_assessed > 0 as is_due,
        'no_month_assessed' as not_due_reason,
        false as is_open,
        'year_still_open' as open_reason,
        to_date.is_year_end as is_period_over,
        false as is_pass_lasting,
        year_rule.is_every_month as is_fail_lasting
    from to_date
    cross join year_rule
    inner join evidence
        on to_date.requirement_id = evidence.requirement_id
    inner join thresholds
        on
            to_date.as_of_year = thresholds.as_of_year
            and to_date.org_code = thresholds.org_code
            and thresholds.requirement_id = case
                when year_rule.is_every_month then to_date.requirement_id
                else to_date.source_requirement_id
            end
)

{{ judge('inputs') }}
