with asked as (
    select * from {{ ref('int_thresholds_in_force') }}
    where period is null
),

sources as (
    select * from {{ ref('requirement_sources') }}
),

guidance as (
    select * from {{ ref('int_guidance_in_force') }}
),

-- Only these count; a verdict of another status is as none.
source_verdicts as (
    select * from {{ ref('int_verdicts_measured') }}
    where status in ('PASS', 'FAIL', 'IN_PROGRESS')
),

-- A department is judged by the orgs that it guides, as of the month.
of_guided_orgs as (
    select
        asked.as_of_month,
        asked.org_code,
        asked.requirement_id,
        guidance.local_org_code as looked_at,
        source_verdicts.status,
        source_verdicts.numerator
    from asked
    inner join guidance
        on
            asked.as_of_month = guidance.as_of_month
            and asked.org_code = guidance.department_code
    inner join sources
        on asked.requirement_id = sources.requirement_id
    inner join source_verdicts
        on
            sources.source_requirement_id = source_verdicts.requirement_id
            and guidance.local_org_code = source_verdicts.org_code
            and asked.as_of_month = source_verdicts.as_of_month
    where asked.kind = 'derived'
),

-- A year is judged by the org's own months so far.
of_months as (
    select
        asked.as_of_month,
        asked.org_code,
        asked.requirement_id,
        cast(source_verdicts.as_of_month as string) as looked_at,
        source_verdicts.status,
        source_verdicts.numerator
    from asked
    inner join sources
        on asked.requirement_id = sources.requirement_id
    inner join source_verdicts
        on
            sources.source_requirement_id = source_verdicts.requirement_id
            and asked.org_code = source_verdicts.org_code
            and source_verdicts.as_of_month between asked.year_start and asked.as_of_month
    where
        asked.kind = 'ratio'
        and source_verdicts.status != 'IN_PROGRESS'
),

all_looked_at as (
    {{ union_all(
        ['of_guided_orgs', 'of_months'],
        ['as_of_month', 'org_code', 'requirement_id', 'looked_at', 'status', 'numerator'],
    ) }}
),

-- Where a requirement looks at several, there is one status for all: a failure trumps, then what is open.
looked_at as (
    select
        as_of_month,
        org_code,
        requirement_id,
        looked_at,
        bool_or(status = 'FAIL') as is_failed,
        bool_or(status = 'IN_PROGRESS') as is_open,
        sum(numerator) as numerator
    from all_looked_at
    group by as_of_month, org_code, requirement_id, looked_at
),

totals as (
    select
        as_of_month,
        org_code,
        requirement_id,
        count(*) as counted,
        count(*) filter (where not is_failed and not is_open) as passed,
        bool_or(is_failed) as is_failed,
        cast(sum(numerator) as bigint) as numerator
    from looked_at
    group by as_of_month, org_code, requirement_id
),

inputs as (
    select
        asked.*,
        case
            when not asked.is_landed then null
            when asked.is_average then coalesce(totals.numerator, 0)
            else coalesce(totals.passed, 0)
        end as numerator,
        case
            when asked.is_landed then coalesce(totals.counted, 0)
            else null
        end as denominator,
        case asked.kind
            when 'derived' then 'no_guided_org'
            else 'no_month_assessed'
        end as not_due_reason,
        asked.kind = 'derived' and not coalesce(totals.is_failed, false) as is_open,
        'guided_orgs_in_progress' as open_reason,
        asked.is_year_end as is_period_over,
        false as is_pass_lasting,
        asked.kind = 'ratio' and not asked.is_average as is_fail_lasting
    from asked
    left join totals
        on
            asked.as_of_month = totals.as_of_month
            and asked.org_code = totals.org_code
            and asked.requirement_id = totals.requirement_id
)

{{ judge('inputs') }}
