-- 谁问：组织部，每月初。
-- 怎么看：认证会员占注册用户的比例（第九条（二））比上月下降的地方工会，降得多的在前；change 是小数，-0.05 即降 5 个百分点。
with shares as (
    select
        as_of_month,
        org_name,
        observed,
        lag(observed) over (partition by org_code order by as_of_month) as observed_before
    from {{ ref('fct_verdicts') }}
    where requirement_id = '9.2'
)

select
    as_of_month,
    org_name,
    observed_before,
    observed,
    observed - observed_before as change
from shares
where observed < observed_before
order by as_of_month desc, change asc
