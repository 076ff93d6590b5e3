-- 谁问：各市（州）总工会和办公室，年中排进度时。
-- 怎么看：全年数量类指标里还没有达到的，照本年月均（pace）到年底有多少（projected），要达到标准每月须有多少（needed_pace）。
-- 只列年底之前的月份；outlook_label 说明按目前进度达得到还是达不到。
select
    as_of_month,
    org_name,
    role,
    requirement_title,
    numerator,
    threshold,
    unit,
    months_left,
    pace,
    needed_pace,
    projected,
    outlook_label
from {{ ref('fct_outlook') }}
where
    months_left > 0
    and outlook in ('on_course', 'behind')
order by as_of_month desc, requirement_title asc, needed_pace desc
