with verdicts as (
    select * from {{ ref('fct_verdicts') }}
    where role = 'local'
),

organizations as (
    select * from {{ ref('dim_organizations') }}
)

select
    verdicts.as_of_month,
    verdicts.org_code,
    organizations.org_name,
    organizations.org_type,
    organizations.is_sample,
    count(*) filter (where verdicts.status = 'PASS') as requirements_passed,
    count(*) filter (where verdicts.status = 'FAIL') as requirements_failed,
    count(*) filter (where verdicts.status = 'IN_PROGRESS') as requirements_in_progress,
    count(*) filter (where verdicts.is_waived) as requirements_waived,
    {{ joined_text("verdicts.requirement_title || '（' || verdicts.requirement_id || '）'", '、') }}
    filter (where verdicts.is_waived) as waived_requirements,
    {{ requirement_columns('rpt_local_bulletin') }}
from verdicts
inner join organizations
    on verdicts.org_code = organizations.org_code
group by
    verdicts.as_of_month,
    verdicts.org_code,
    organizations.org_name,
    organizations.org_type,
    organizations.is_sample
