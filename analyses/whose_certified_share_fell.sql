-- 谁问：组织部，每月初。
-- 怎么看：认证会员占注册用户的比例（第九条（二））比上月下降的地方工会，降得多的在前；升降是小数，-0.05 即降 5 个百分点。
select
    as_of_month,
    org_name,
    observed_month_before,
    observed,
    change_on_month_before
from {{ ref('fct_trends') }}
where
    requirement_id = '9.2'
    and change_on_month_before < 0
order by as_of_month desc, change_on_month_before asc
