{#- 第九条（二）：注册用户与认证会员合计的期末数，就是 9.2 各类机构的分母、分子之和。 -#}
with user_totals as (
    select * from {{ ref('fct_user_totals') }}
),

requirement_totals as (
    select * from {{ ref('fct_requirement_totals') }}
    where requirement_id = '9.2'
)

select
    user_totals.as_of_month,
    user_totals.org_type
from user_totals
inner join requirement_totals
    on
        user_totals.as_of_month = requirement_totals.as_of_month
        and user_totals.org_type = requirement_totals.org_type
where
    user_totals.registered_users_stock is distinct from requirement_totals.denominator
    or user_totals.certified_users_stock is distinct from requirement_totals.numerator
