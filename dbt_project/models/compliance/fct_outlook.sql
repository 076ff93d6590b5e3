with verdicts as (
    select * from {{ ref('fct_verdicts') }}
    where status in ('PASS', 'FAIL', 'IN_PROGRESS')
),

requirements as (
    select * from {{ ref('requirements') }}
    where kind = 'count'
),

requirement_measures as (
    select * from {{ ref('int_requirement_measures') }}
    where period = 'year_to_date'
),

labels as (
    select * from {{ ref('verdict_labels') }}
),

elapsed as (
    select
        verdicts.*,
        cast(extract(month from verdicts.as_of_month) as integer) as months_elapsed,
        12 - cast(extract(month from verdicts.as_of_month) as integer) as months_left
    from verdicts
    inner join requirements
        on verdicts.requirement_id = requirements.requirement_id
    inner join requirement_measures
        on
            verdicts.as_of_month = requirement_measures.as_of_month
            and verdicts.requirement_id = requirement_measures.requirement_id
),

-- On course is who would just reach it by going on as in the months elapsed.
judged as (
    select
        *,
        case
            when status = 'PASS' then 'reached'
            when status = 'FAIL' then 'missed'
            when numerator * 12 >= threshold * months_elapsed then 'on_course'
            else 'behind'
        end as outlook
    from elapsed
)

select
    judged.as_of_month,
    judged.org_code,
    judged.org_name,
    judged.org_type,
    judged.role,
    judged.requirement_id,
    judged.requirement_title,
    judged.numerator,
    judged.threshold,
    judged.unit,
    judged.gap,
    judged.months_elapsed,
    judged.months_left,
    cast(judged.numerator as double) / judged.months_elapsed as pace,
    cast(judged.gap as double) / nullif(judged.months_left, 0) as needed_pace,
    cast({{ floor_division('judged.numerator * 12', 'judged.months_elapsed') }} as bigint) as projected,
    judged.outlook,
    labels.label as outlook_label
from judged
inner join labels
    on judged.outlook = labels.code
