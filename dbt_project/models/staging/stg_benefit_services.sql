with source as (
    select * from {{ ref('benefit_services') }}
),

renamed as (
    select
        service_id,
        org_code,
        service_name,
        launched_on,
        status,
        {{ month_of('launched_on') }} as launched_month,
        status = 'published' as is_published
    from source
)

select * from renamed
