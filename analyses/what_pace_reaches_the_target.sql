-- 谁问：各市（州）总工会和办公室，年中排进度时。
-- 怎么看：全年数量类指标，照今年至今的月均（pace）到年底有多少（projected），要达到标准每月须有多少（needed_pace）。
-- 只列年底之前的月份；按目前进度够的 on_course 为真。
with counts as (
    select
        verdicts.*,
        cast(extract(month from verdicts.as_of_month) as integer) as months_passed,
        12 - cast(extract(month from verdicts.as_of_month) as integer) as months_left
    from {{ ref('fct_verdicts') }} as verdicts
    inner join {{ ref('dim_requirements') }} as requirements
        on verdicts.requirement_id = requirements.requirement_id
    where
        requirements.kind = 'count'
        and requirements.period = 'year_to_date'
        and verdicts.threshold is not null
)

select
    as_of_month,
    org_name,
    role,
    requirement_title,
    numerator,
    threshold,
    unit,
    months_left,
    cast(numerator as double) / months_passed as pace,
    cast(gap as double) / months_left as needed_pace,
    cast(numerator as double) / months_passed * 12 as projected,
    numerator * 12 >= threshold * months_passed as on_course
from counts
where
    months_left > 0
    and status = 'IN_PROGRESS'
order by as_of_month desc, requirement_title asc, needed_pace desc
