with source as (
    select * from {{ ref('promotion_plans') }}
),

renamed as (
    select
        org_code,
        plan_year,
        adopted_on,
        {{ month_of('adopted_on') }} as adopted_month
    from source
)

select * from renamed
