with measured as (
    select * from {{ ref('int_verdicts_measured') }}
),

recurring as (
    select * from {{ ref('int_verdicts_recurring') }}
),

derived as (
    select * from {{ ref('int_verdicts_derived') }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

evidence as (
    select * from {{ ref('int_requirement_evidence') }}
),

months as (
    select * from {{ ref('int_as_of_months') }}
),

judged as (
    {{ union_all_by_name(['measured', 'recurring', 'derived']) }}
)

select
    judged.as_of_month,
    judged.org_code,
    judged.role,
    judged.requirement_id,
    requirements.clause_id,
    judged.numerator,
    judged.denominator,
    {{ observed('judged.numerator', 'judged.denominator') }} as observed,
    case
        when judged.status in ('NO_DATA', 'MONITOR_ONLY') then null
        else judged.threshold
    end as threshold,
    case
        when judged.status in ('PASS', 'FAIL', 'IN_PROGRESS')
            then cast(greatest(ceil(judged.threshold * coalesce(judged.denominator, 1)) - judged.numerator, 0) as bigint)
        else null
    end as gap,
    judged.status,
    case
        when judged.status = 'NO_DATA' then 'export_never_landed'
        when judged.status = 'MONITOR_ONLY' then 'no_standard'
        when judged.status = 'NOT_APPLICABLE' then judged.not_due_reason
        when judged.status in ('NO_TARGET', 'THRESHOLD_UNSET') then judged.unset_reason
        when judged.status = 'IN_PROGRESS' then judged.open_reason
        else null
    end as reason,
    evidence.is_landed
    and evidence.oldest_export_date >= months.last_day
    and (
        judged.is_period_over
        or (judged.is_pass_lasting and judged.status = 'PASS')
        or (judged.is_fail_lasting and judged.status = 'FAIL')
    ) as is_final
from judged
inner join requirements
    on judged.requirement_id = requirements.requirement_id
inner join evidence
    on judged.requirement_id = evidence.requirement_id
inner join months
    on judged.as_of_month = months.as_of_month
