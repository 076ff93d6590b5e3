with verdicts as (
    select * from {{ ref('fct_verdicts') }}
    where role = 'department'
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
    {{ requirement_columns('8.1', 'processes_onlined') }},
    {{ requirement_columns('8.2.external_meetings', 'external_meetings_usage') }},
    {{ requirement_columns('8.2.internal_meetings', 'internal_meetings_usage') }},
    {{ requirement_columns('8.3.documents', 'documents_usage') }},
    {{ requirement_columns('8.3.notices', 'notices_usage') }},
    {{ requirement_columns('8.3.information_reports', 'information_reports_usage') }},
    {{ requirement_columns('8.4.documents', 'documents_completion') }},
    {{ requirement_columns('8.4.proposals', 'proposals_completion') }},
    {{ requirement_columns('8.4.petitions', 'petitions_completion') }},
    {{ requirement_columns('8.5', 'guided_business_completion') }},
    {{ requirement_columns('8.6', 'guided_registered_users') }},
    {{ requirement_columns('8.7', 'guided_certified_share') }},
    {{ requirement_columns('8.8', 'guided_platform_share') }},
    {{ requirement_columns('8.9', 'articles') }},
    {{ requirement_columns('8.10.benefits', 'benefit_services') }},
    {{ requirement_columns('8.10.activities', 'activities') }},
    {{ requirement_columns('8.11', 'promotion_plan') }},
    {{ requirement_columns('4.business_usage', 'business_usage') }},
    {{ requirement_columns('4.business_completion', 'business_completion') }}
from verdicts
inner join organizations
    on verdicts.org_code = organizations.org_code
group by
    verdicts.as_of_month,
    verdicts.org_code,
    organizations.org_name,
    organizations.org_type,
    organizations.is_sample
