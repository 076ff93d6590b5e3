with verdicts as (
    select * from {{ ref('fct_verdicts') }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

labels as (
    select * from {{ ref('verdict_labels') }}
),

-- A requirement that another one of its clause looks at speaks through that one.
parts as (
    select
        looked_at.requirement_id,
        bool_or(lookers.clause_id = looked_at.clause_id) as is_part
    from {{ ref('requirement_sources') }} as sources
    inner join requirements as looked_at
        on sources.source_requirement_id = looked_at.requirement_id
    inner join requirements as lookers
        on sources.requirement_id = lookers.requirement_id
    group by looked_at.requirement_id
),

counted as (
    select
        verdicts.as_of_month,
        verdicts.org_code,
        verdicts.org_name,
        verdicts.org_type,
        verdicts.role,
        verdicts.clause_id,
        count(*) filter (where verdicts.status in ('PASS', 'FAIL', 'IN_PROGRESS')) as requirements_judged,
        case
            when bool_or(verdicts.status = 'FAIL') then 'FAIL'
            when bool_or(verdicts.status = 'IN_PROGRESS') then 'IN_PROGRESS'
            when bool_or(verdicts.status = 'PASS') then 'PASS'
            else null
        end as status
    from verdicts
    left join parts
        on verdicts.requirement_id = parts.requirement_id
    where not coalesce(parts.is_part, false)
    group by
        verdicts.as_of_month,
        verdicts.org_code,
        verdicts.org_name,
        verdicts.org_type,
        verdicts.role,
        verdicts.clause_id
)

select
    counted.as_of_month,
    counted.org_code,
    counted.org_name,
    counted.org_type,
    counted.role,
    counted.clause_id,
    counted.requirements_judged,
    counted.status,
    labels.label as status_label
from counted
inner join labels
    on counted.status = labels.code
