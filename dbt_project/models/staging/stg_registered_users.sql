with source as (
    select * from {{ ref('registered_users') }}
),

renamed as (
    select
        user_id,
        org_code,
        registered_at,
        certified_at,
        cancelled_at,
        {{ month_of('registered_at') }} as registered_month,
        {{ month_of('certified_at') }} as certified_month,
        {{ month_of('cancelled_at') }} as cancelled_month
    from source
)

select * from renamed
