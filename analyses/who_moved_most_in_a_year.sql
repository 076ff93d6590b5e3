-- 谁问：分管领导，听年度汇报前。
-- 怎么看：截至最近一月与上年同月相比，各比例类指标升降最多的机构；change 是小数，0.1 即升 10 个百分点。
-- 要比别的两个月，改 interval。
with shares as (
    select * from {{ ref('fct_verdicts') }}
    where
        denominator > 0
        and threshold <= 1
)

select
    later.as_of_month,
    later.org_name,
    later.requirement_title,
    earlier.observed as observed_a_year_before,
    later.observed,
    later.observed - earlier.observed as change,
    earlier.status_label as status_a_year_before,
    later.status_label
from shares as later
inner join shares as earlier
    on
        later.org_code = earlier.org_code
        and later.role = earlier.role
        and later.requirement_id = earlier.requirement_id
        and later.as_of_month = earlier.as_of_month + interval 1 year
where
    later.as_of_month = (select max(as_of_month) from shares)
    and later.observed != earlier.observed
order by abs(later.observed - earlier.observed) desc, later.org_name asc
