with source as (
    select * from {{ ref('new_unions') }}
),

renamed as (
    select
        union_id,
        org_code,
        union_name,
        founded_on,
        channel,
        {{ month_of('founded_on') }} as founded_month,
        channel = 'platform' as is_on_platform
    from source
)

select * from renamed
