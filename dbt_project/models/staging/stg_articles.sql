with source as (
    select * from {{ ref('articles') }}
),

renamed as (
    select
        article_id,
        org_code,
        channel_scope,
        title,
        published_at,
        withdrawn_at,
        {{ month_of('published_at') }} as published_month,
        {{ month_of('withdrawn_at') }} as withdrawn_month
    from source
)

select * from renamed
