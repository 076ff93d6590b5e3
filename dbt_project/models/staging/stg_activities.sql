with source as (
    select * from {{ ref('activities') }}
),

renamed as (
    select
        activity_id,
        org_code,
        activity_name,
        started_on,
        status,
        {{ month_of('started_on') }} as started_month,
        status = 'published' as is_published
    from source
)

select * from renamed
