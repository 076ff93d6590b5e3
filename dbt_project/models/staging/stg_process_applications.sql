with source as (
    select * from {{ ref('process_applications') }}
),

renamed as (
    select
        process_id,
        org_code,
        process_name,
        applied_on,
        approved_on,
        onlined_on,
        {{ month_of('approved_on') }} as approved_month,
        {{ month_of('onlined_on') }} as onlined_month
    from source
)

select * from renamed
