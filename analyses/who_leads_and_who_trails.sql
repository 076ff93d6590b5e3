-- 谁问：领导小组办公室，写通报的排名一节时。
-- 怎么看：截至最近一月，每项有标准的指标，同类机构中前五和后五的地方工会；完成程度是完成值除以标准值，相同的名次相同。
with latest as (
    select * from {{ ref('fct_verdicts') }}
    where
        role = 'local'
        and threshold is not null
        and as_of_month = (select max(as_of_month) from {{ ref('fct_verdicts') }})
),

ranked as (
    select
        *,
        rank() over (partition by as_of_month, role, org_type, requirement_id order by completion asc) as rank_from_the_end
    from {{ ref('fct_rankings') }}
)

select
    latest.as_of_month,
    latest.requirement_title,
    latest.org_type,
    ranked.rank,
    ranked.ranked_orgs,
    latest.org_name,
    ranked.completion,
    latest.observed,
    latest.threshold,
    latest.unit,
    latest.status_label
from latest
inner join ranked
    on
        latest.as_of_month = ranked.as_of_month
        and latest.role = ranked.role
        and latest.requirement_id = ranked.requirement_id
        and latest.org_code = ranked.org_code
where
    ranked.rank <= 5
    or ranked.rank_from_the_end <= 5
order by latest.requirement_id asc, latest.org_type asc, ranked.rank asc, latest.org_name asc
