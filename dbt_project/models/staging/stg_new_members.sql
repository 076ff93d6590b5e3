with source as (
    select * from {{ ref('new_members') }}
),

renamed as (
    select
        member_id,
        org_code,
        joined_on,
        channel,
        {{ month_of('joined_on') }} as joined_month,
        channel = 'platform' as is_on_platform
    from source
)

select * from renamed
