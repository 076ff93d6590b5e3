{%- set measures_by_model = {
    'int_process_applications_by_month': ['processes_approved', 'processes_onlined'],
    'int_workflow_items_by_month': ['items', 'platform_items', 'platform_items_completed'],
    'int_articles_by_month': ['articles', 'local_articles'],
    'int_benefit_services_by_month': ['benefit_services'],
    'int_activities_by_month': ['activities'],
    'int_promotion_plans_by_month': ['promotion_plans'],
    'int_registered_users_by_month': ['users_registered', 'users_active', 'users_certified'],
    'int_new_members_by_month': ['members_joined', 'members_joined_on_platform'],
    'int_new_unions_by_month': ['unions_founded', 'unions_founded_on_platform'],
    'int_channel_visits_by_month': ['page_views'],
    'int_cadres_by_month': ['cadres'],
} -%}

with flows as (
    {%- for model, measures in measures_by_model.items() %}
    {%- for measure in measures %}
    select
        org_code,
        {{ 'module_code' if model == 'int_workflow_items_by_month' else "''" }} as module_code,
        '{{ measure }}' as measure,
        month,
        {{ measure }} as flow
    from {{ ref(model) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
    {{- '\n    union all' if not loop.last }}
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
