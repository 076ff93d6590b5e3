with source as (
    select * from {{ ref('workflow_items') }}
),

renamed as (
    select
        item_id,
        org_code,
        module_code,
        accepted_at,
        channel,
        status,
        completed_at,
        {{ month_of('accepted_at') }} as accepted_month,
        -- An item that was reopened keeps the time, and is not done.
        case
            when status = 'completed' then {{ month_of('completed_at') }}
            else null
        end as completed_month,
        channel = 'platform' as is_on_platform,
        status not in ('withdrawn', 'duplicate', 'transferred') as is_countable
    from source
)

select * from renamed
