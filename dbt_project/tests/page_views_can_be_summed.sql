{#-
    A number of the export may be as large as a bigint, and a sum of two then is no bigint, as the verdicts' are.
    `message` is what a refresh tells of a row that fails.
-#}
{{ config(tags=['before_the_models']) }}
with visits as (
    select * from {{ ref('int_channel_visits_by_month') }}
),

ranked as (
    select
        org_code,
        month,
        page_views,
        sum(page_views) over () as page_views_in_all,
        row_number() over (order by page_views desc, org_code asc, month asc) as place
    from visits
)

select
    org_code,
    month,
    page_views,
    '频道访问: its page views add up to more than a verdict can hold, most of them those of ' || org_code
    || ' in ' || substr(cast(month as string), 1, 7)
    || ': correct 访问量 on the platform, export anew, and refresh' as message
from ranked
where place = 1 and page_views_in_all > 9223372036854775807
