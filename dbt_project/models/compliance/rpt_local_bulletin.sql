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
    {{ requirement_columns('9.1', 'registered_users') }},
    {{ requirement_columns('9.2', 'certified_share') }},
    {{ requirement_columns('9.3.members', 'platform_members_share') }},
    {{ requirement_columns('9.3.unions', 'platform_unions_share') }},
    {{ requirement_columns('9.4.general', 'general_completion') }},
    {{ requirement_columns('9.4.business', 'business_completion') }},
    {{ requirement_columns('9.5.month', 'local_articles_of_month') }},
    {{ requirement_columns('9.5', 'local_articles_months') }},
    {{ requirement_columns('9.6', 'page_views') }},
    {{ requirement_columns('9.7', 'benefit_services') }},
    {{ requirement_columns('9.8', 'activities') }},
    {{ requirement_columns('5.cadres', 'cadres') }}
from verdicts
inner join organizations
    on verdicts.org_code = organizations.org_code
group by
    verdicts.as_of_month,
    verdicts.org_code,
    organizations.org_name,
    organizations.org_type,
    organizations.is_sample
