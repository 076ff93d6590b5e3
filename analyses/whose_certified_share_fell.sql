-- 谁问：组织部，每月初。
-- 怎么看：认证会员占注册用户的比例（第九条（二））比上月下降的地方工会，降得多的在前。
with shares as (
    select
        as_of_month,
        org_code,
        observed,
        lag(observed) over (partition by org_code order by as_of_month) as observed_before
    from {{ ref('fct_verdicts') }}
    where requirement_id = '9.2'
),

organizations as (
    select * from {{ ref('dim_organizations') }}
)

select
    shares.as_of_month,
    organizations.org_name,
    shares.observed_before,
    shares.observed,
    shares.observed - shares.observed_before as change
from shares
inner join organizations
    on shares.org_code = organizations.org_code
where shares.observed < shares.observed_before
order by shares.as_of_month desc, change asc
