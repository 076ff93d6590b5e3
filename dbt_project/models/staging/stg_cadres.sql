with source as (
    select * from {{ ref('cadres') }}
),

renamed as (
    select
        cadre_id,
        org_code,
        entered_on,
        left_on,
        {{ month_of('entered_on') }} as entered_month,
        {{ month_of('left_on') }} as left_month
    from source
)

select * from renamed
