{%- set measures = [
    ('int_process_applications_by_month', 'processes_approved'),
    ('int_process_applications_by_month', 'processes_onlined'),
    ('int_workflow_items_by_month', 'items'),
    ('int_workflow_items_by_month', 'platform_items'),
    ('int_workflow_items_by_month', 'platform_items_completed'),
    ('int_articles_by_month', 'articles'),
    ('int_articles_by_month', 'local_articles'),
    ('int_benefit_services_by_month', 'benefit_services'),
    ('int_activities_by_month', 'activities'),
    ('int_promotion_plans_by_month', 'promotion_plans'),
    ('int_registered_users_by_month', 'users_registered'),
    ('int_registered_users_by_month', 'users_active'),
    ('int_registered_users_by_month', 'users_certified'),
    ('int_new_members_by_month', 'members_joined'),
    ('int_new_members_by_month', 'members_joined_on_platform'),
    ('int_new_unions_by_month', 'unions_founded'),
    ('int_new_unions_by_month', 'unions_founded_on_platform'),
    ('int_channel_visits_by_month', 'page_views'),
    ('int_cadres_by_month', 'cadres'),
] -%}

with flows as (
    {%- for model, measure in measures %}
    select
        org_code,
        {{ 'module_code' if model == 'int_workflow_items_by_month' else "''" }} as module_code,
        '{{ measure }}' as measure,
        month,
        {{ measure }} as flow
    from {{ ref(model) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    org_code,
    module_code,
    measure,
    month,
    cast(flow as bigint) as flow
from flows
where flow != 0
