with source as (
    select * from {{ ref('channel_visits') }}
),

renamed as (
    select
        org_code,
        visited_on,
        page_views,
        visitors,
        {{ month_of('visited_on') }} as visited_month
    from source
)

select * from renamed
