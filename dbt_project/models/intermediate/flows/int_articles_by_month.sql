with articles as (
    select * from {{ ref('stg_articles') }}
)

select
    org_code,
    published_month as month,
    count(*) as articles,
    count(*) filter (where channel_scope = 'local') as local_articles
from articles
where
    withdrawn_month is null
    or withdrawn_month > published_month
group by org_code, published_month
