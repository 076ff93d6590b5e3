with measured as (
    select * from {{ ref('int_verdicts_measured') }}
),

rolled_up as (
    select * from {{ ref('int_verdicts_rolled_up') }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

organizations as (
    select * from {{ ref('organizations') }}
),

labels as (
    select * from {{ ref('verdict_labels') }}
),

waivers as (
    select * from {{ ref('waivers') }}
),

judged as (
    {{ union_all(['measured', 'rolled_up'], [
        'as_of_month', 'org_code', 'role', 'requirement_id', 'counted_requirement_id', 'numerator', 'denominator',
        'threshold', 'status', 'not_due_reason', 'unset_reason', 'open_reason', 'is_landed', 'is_covered',
        'is_period_over', 'is_pass_lasting', 'is_fail_lasting', 'evidence_date', 'refused_rows',
    ]) }}
),

concluded as (
    select
        judged.as_of_month,
        judged.org_code,
        judged.role,
        judged.requirement_id,
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
        judged.counted_requirement_id,
        judged.status,
        case
            when not judged.is_landed then 'export_never_landed'
            when judged.status = 'NO_DATA' then 'export_before_month'
            when judged.status = 'MONITOR_ONLY' then 'no_standard'
            when judged.status = 'NOT_APPLICABLE' then judged.not_due_reason
            when judged.status in ('NO_TARGET', 'THRESHOLD_UNSET') then judged.unset_reason
            when judged.status = 'IN_PROGRESS' then judged.open_reason
            else null
        end as reason,
        judged.is_covered
        -- A quantity may still be prescribed.
        and judged.status != 'THRESHOLD_UNSET'
        and (
            judged.is_period_over
            or (judged.is_pass_lasting and judged.status = 'PASS')
            or (judged.is_fail_lasting and judged.status = 'FAIL')
        ) as is_final,
        judged.evidence_date,
        judged.refused_rows
    from judged
)

-- A waiver stands beside the verdict, which is what it would be without it.
select
    concluded.as_of_month,
    concluded.org_code,
    organizations.org_name,
    organizations.org_type,
    concluded.role,
    concluded.requirement_id,
    requirements.title as requirement_title,
    requirements.clause_id,
    concluded.numerator,
    concluded.denominator,
    concluded.observed,
    concluded.threshold,
    counted.unit,
    concluded.gap,
    coalesce(counted.counted_in, counted.unit) as gap_unit,
    concluded.status,
    status_labels.label as status_label,
    concluded.reason,
    reason_labels.label as reason_label,
    concluded.is_final,
    concluded.evidence_date,
    concluded.refused_rows,
    waivers.org_code is not null as is_waived,
    waivers.reason as waiver_reason
from concluded
inner join requirements
    on concluded.requirement_id = requirements.requirement_id
left join requirements as counted
    on concluded.counted_requirement_id = counted.requirement_id
inner join organizations
    on concluded.org_code = organizations.org_code
inner join labels as status_labels
    on concluded.status = status_labels.code
left join labels as reason_labels
    on concluded.reason = reason_labels.code
left join waivers
    on
        concluded.org_code = waivers.org_code
        and concluded.requirement_id = waivers.requirement_id
        and concluded.as_of_month between waivers.month_from and waivers.month_to
