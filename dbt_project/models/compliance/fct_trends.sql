with verdicts as (
    select * from {{ ref('fct_verdicts') }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

requirement_measures as (
    select * from {{ ref('int_requirement_measures') }}
),

runs as (
    select
        verdicts.*,
        -- What a number counts: under another reading it is another number.
        concat_ws(
            ' ',
            requirement_measures.period,
            requirement_measures.numerator_measure,
            requirement_measures.denominator_measure,
            verdicts.gap_unit
        ) as counts,
        -- What is counted from January on, months of the year included, begins anew there.
        extract(month from verdicts.as_of_month) = 1
        and case
            when requirement_measures.period is null then requirements.kind = 'ratio'
            else requirement_measures.period = 'year_to_date'
        end as begins_anew,
        count(case when verdicts.status != 'FAIL' then 1 else null end) over (
            partition by verdicts.org_code, verdicts.role, verdicts.requirement_id
            order by verdicts.as_of_month
        ) as run
    from verdicts
    inner join requirements
        on verdicts.requirement_id = requirements.requirement_id
    left join requirement_measures
        on
            verdicts.as_of_month = requirement_measures.as_of_month
            and verdicts.requirement_id = requirement_measures.requirement_id
),

followed as (
    select
        *,
        -- An equality to join by: `not begins_anew` in the join has each row compared with every other.
        case when not begins_anew then as_of_month else null end as month_after_another,
        count(case when status = 'FAIL' then 1 else null end) over (
            partition by org_code, role, requirement_id, run
            order by as_of_month
        ) as months_failed_in_a_row
    from runs
)

select
    followed.as_of_month,
    followed.org_code,
    followed.org_name,
    followed.org_type,
    followed.role,
    followed.requirement_id,
    followed.requirement_title,
    followed.status_label,
    followed.months_failed_in_a_row,
    followed.unit,
    followed.observed,
    of_month_before.observed as observed_month_before,
    followed.observed - of_month_before.observed as change_on_month_before,
    of_year_before.observed as observed_year_before,
    followed.observed - of_year_before.observed as change_on_year_before
from followed
left join followed as of_month_before
    on
        followed.month_after_another = {{ next_month('of_month_before.as_of_month') }}
        and followed.org_code = of_month_before.org_code
        and followed.role = of_month_before.role
        and followed.requirement_id = of_month_before.requirement_id
        and followed.counts = of_month_before.counts
left join followed as of_year_before
    on
        followed.as_of_month = {{ same_month_next_year('of_year_before.as_of_month') }}
        and followed.org_code = of_year_before.org_code
        and followed.role = of_year_before.role
        and followed.requirement_id = of_year_before.requirement_id
        and followed.counts = of_year_before.counts
