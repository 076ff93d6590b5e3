-- 谁问：宣传教育和网络工作部，地方频道全年（第九条（五））未达标的单位来问是哪几个月时。
-- 怎么看：今年各单位不足标准的应评月份，发了几篇、差几篇。
select
    org_name,
    as_of_month,
    numerator as articles,
    threshold,
    gap,
    gap_unit
from {{ ref('fct_verdicts') }}
where
    requirement_id = '9.5.month'
    and status = 'FAIL'
    and extract(year from as_of_month) = (
        select extract(year from max(as_of_month)) from {{ ref('fct_verdicts') }}
    )
order by org_name asc, as_of_month asc
