-- 谁问：办公室，发通报前一天。
-- 怎么看：各项指标所用的导出，最旧的是哪一天、还差几天才看到月末（days_short 大于 0 的结论还不能作定论，月末当日的导出还差 1 天）；
-- exports_missing 大于 0 的，有导出从未入库，结论是无数据；一个都没有入库的，日期和天数为空。
with months as (
    select cast(max(as_of_month) + interval 1 month - interval 1 day as date) as last_day
    from {{ ref('fct_verdicts') }}
),

requirements as (
    select * from {{ ref('dim_requirements') }}
),

landed as (
    select * from {{ ref('quality__landed_exports') }}
)

select
    requirements.role,
    requirements.title,
    requirements.exports,
    min(landed.export_date) as oldest_export_date,
    months.last_day,
    case
        when count(landed.export_name) > 0
            then greatest(date_diff('day', min(landed.export_date), months.last_day) + 1, 0)
    end as days_short,
    -- The exports stand in one text, parted by blanks.
    length(requirements.exports) - length(replace(requirements.exports, ' ', '')) + 1
    - count(landed.export_name) as exports_missing
from requirements
cross join months
left join landed
    on ' ' || requirements.exports || ' ' like '% ' || landed.export_name || ' %'
group by
    requirements.requirement_id,
    requirements.role,
    requirements.title,
    requirements.exports,
    months.last_day
order by exports_missing desc, days_short desc, requirements.requirement_id asc
