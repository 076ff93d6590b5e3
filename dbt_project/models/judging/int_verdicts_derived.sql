with grid as (
    select * from {{ ref('int_requirement_grid') }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

sources as (
    select * from {{ ref('requirement_sources') }}
),

guidance as (
    select * from {{ ref('guidance') }}
),

source_verdicts as (
    select * from {{ ref('int_verdicts_measured') }}
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

-- Where a requirement looks at several, a guided org has their roll-up: a failure trumps, then what is open.
guided_orgs as (
    select
        source_verdicts.as_of_month,
        guidance.department_code,
        sources.requirement_id,
        guidance.local_org_code,
        case
            when bool_or(source_verdicts.status = 'FAIL') then 'FAIL'
            when bool_or(source_verdicts.status = 'IN_PROGRESS') then 'IN_PROGRESS'
            else 'PASS'
        end as status
    from guidance
    inner join source_verdicts
        on guidance.local_org_code = source_verdicts.org_code
    inner join sources
        on source_verdicts.requirement_id = sources.source_requirement_id
    where source_verdicts.status in ('PASS', 'FAIL', 'IN_PROGRESS')
    group by
        source_verdicts.as_of_month,
        guidance.department_code,
        sources.requirement_id,
        guidance.local_org_code
),

roll_up as (
    select
        as_of_month,
        department_code,
        requirement_id,
        count(*) filter (where status = 'PASS') as orgs_passed,
        count(*) filter (where status = 'FAIL') as orgs_failed,
        count(*) as orgs_counted
    from guided_orgs
    group by as_of_month, department_code, requirement_id
),

inputs as (
    select
        grid.as_of_month,
        grid.org_code,
        grid.role,
        grid.requirement_id,
        requirements.kind,
        case
            when evidence.is_landed then cast(coalesce(roll_up.orgs_passed, 0) as bigint)
            else null
        end as numerator,
        case
            when evidence.is_landed then cast(coalesce(roll_up.orgs_counted, 0) as bigint)
            else null
        end as denominator,
        thresholds.threshold,
        thresholds.unset_status,
        thresholds.unset_reason,
        evidence.is_landed,
        coalesce(roll_up.orgs_counted, 0) > 0 as is_due,
        'no_guided_org' as not_due_reason,
        coalesce(roll_up.orgs_failed, 0) = 0 as is_open,
        'guided_orgs_in_progress' as open_reason,
        months.is_year_end as is_period_over,
        false as is_pass_lasting,
        false as is_fail_lasting
    from grid
    inner join requirements
        on grid.requirement_id = requirements.requirement_id
    inner join evidence
        on grid.requirement_id = evidence.requirement_id
    inner join months
        on grid.as_of_month = months.as_of_month
    inner join thresholds
        on
            months.as_of_year = thresholds.as_of_year
            and grid.org_code = thresholds.org_code
            and grid.requirement_id = thresholds.requirement_id
    left join roll_up
        on
            grid.as_of_month = roll_up.as_of_month
            and grid.org_code = roll_up.department_code
            and grid.requirement_id = roll_up.requirement_id
    where requirements.kind = 'derived'
)

{{ judge('inputs') }}
