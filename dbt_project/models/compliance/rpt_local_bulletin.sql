with verdicts as (
    select * from {{ ref('fct_verdicts') }}
    where role = 'local'
),

organizations as (
    select * from {{ ref('dim_organizations') }}
),

clauses as (
    select
        as_of_month,
        org_code,
        {{ counts_by_status('clauses') }}
    from {{ ref('fct_clause_verdicts') }}
    where role = 'local'
    group by as_of_month, org_code
)

select
    verdicts.as_of_month,
    verdicts.org_code,
    organizations.org_name,
    organizations.org_type,
    organizations.is_sample,
    coalesce(max(clauses.clauses_passed), 0) as clauses_passed,
    coalesce(max(clauses.clauses_failed), 0) as clauses_failed,
    coalesce(max(clauses.clauses_in_progress), 0) as clauses_in_progress,
    {{ counts_by_status('requirements', 'verdicts.status') }},
    count(*) filter (where verdicts.is_waived) as requirements_waived,
    {{ joined_text("verdicts.requirement_title || '（' || verdicts.requirement_id || '）'", '、') }}
    filter (where verdicts.is_waived) as waived_requirements,
    {{ requirement_columns('rpt_local_bulletin') }}
from verdicts
inner join organizations
    on verdicts.org_code = organizations.org_code
left join clauses
    on
        verdicts.as_of_month = clauses.as_of_month
        and verdicts.org_code = clauses.org_code
group by
    verdicts.as_of_month,
    verdicts.org_code,
    organizations.org_name,
    organizations.org_type,
    organizations.is_sample
