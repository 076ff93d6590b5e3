{#- What landing counted is what the raw seeds hold and what was refused is listed: nothing was lost. -#}
{%- set exports = [
    'registered_users', 'new_members', 'new_unions', 'cadres', 'workflow_items', 'articles',
    'channel_visits', 'benefit_services', 'activities', 'process_applications', 'promotion_plans',
] -%}

with held as (
    {%- for export in exports %}
    select
        '{{ export }}' as export_name,
        count(*) as row_count
    from {{ ref(export) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

refused as (
    select
        export_name,
        count(*) as row_count
    from {{ ref('quality__rejected_rows') }}
    group by export_name
)

select
    held.export_name,
    landed.rows_read,
    landed.rows_landed,
    landed.rows_rejected,
    held.row_count as rows_held,
    refused.row_count as rows_listed
from held
left join {{ ref('quality__landed_exports') }} as landed
    on held.export_name = landed.export_name
left join refused
    on held.export_name = refused.export_name
where
    held.row_count != coalesce(landed.rows_landed, 0)
    or coalesce(refused.row_count, 0) != coalesce(landed.rows_rejected, 0)
    or landed.rows_read != landed.rows_landed + landed.rows_rejected
