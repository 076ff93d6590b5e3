-- 谁问：平台建设单位，找推广的薄弱处时。
-- 怎么看：截至最近一月的当年，各模块在平台外办了多少件；usage_rate 是小数，低的在前。
-- 信访、帮扶等件数少的不公布（orgs_withheld 家），不计在内，所以这里的合计不是全部。
select
    as_of_month,
    module_name,
    category,
    sum(items) as items_shown,
    sum(items - platform_items) as offline_items_shown,
    cast(sum(platform_items) as double) / nullif(sum(items), 0) as usage_rate,
    count(*) filter (where is_withheld) as orgs_withheld
from {{ ref('fct_module_rates') }}
where as_of_month = (select max(as_of_month) from {{ ref('fct_module_rates') }})
group by as_of_month, module_name, category
order by usage_rate asc nulls last, module_name asc
