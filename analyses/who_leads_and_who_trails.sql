-- 谁问：领导小组办公室，写通报的排名一节时。
-- 怎么看：截至最近一月，每项指标前五和后五的地方工会；观察值相同的名次相同。只排有标准可比的。
with latest as (
    select * from {{ ref('fct_verdicts') }}
    where
        role = 'local'
        and status in ('PASS', 'FAIL', 'IN_PROGRESS')
        and as_of_month = (select max(as_of_month) from {{ ref('fct_verdicts') }})
),

ranked as (
    select
        *,
        -- A count is set against its own target: a big city is asked for more.
        case when denominator is null then observed / threshold else observed end as attained,
        rank() over (
            partition by requirement_id
            order by case when denominator is null then observed / threshold else observed end desc
        ) as place,
        rank() over (
            partition by requirement_id
            order by case when denominator is null then observed / threshold else observed end asc
        ) as place_from_the_end
    from latest
)

select
    as_of_month,
    requirement_title,
    place,
    org_name,
    attained,
    observed,
    threshold,
    unit,
    status_label
from ranked
where
    place <= 5
    or place_from_the_end <= 5
order by requirement_title asc, place asc, org_name asc
