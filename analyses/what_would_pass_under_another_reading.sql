-- 谁问：领导小组办公室，有单位对适用口径（dim_readings）提出异议、准备另作解释之前。
-- 怎么看：截至最近一月，换成未采用的口径，哪些单位的结论会变；would_meet 为真即按那种口径达到标准。
-- 原来未安排的（成员单位），按均分就有了年度工作安排数，达到没有都列出。
-- 只用发布的数就能算的三种：9.1 按截至期末累计（9.2 的分母就是期末有效注册用户）、9.1 成员均分、9.5 按月均。
-- 改回 annual_new 等其余口径，以及对 8.6 等下游指标的影响，用 gonghui what-if 看。
with months as (
    select max(as_of_month) as as_of_month from {{ ref('fct_verdicts') }}
),

verdicts as (
    select * from {{ ref('fct_verdicts') }}
),

latest as (
    select verdicts.*
    from verdicts
    inner join months
        on verdicts.as_of_month = months.as_of_month
),

options as (
    select
        readings.reading_id,
        readings.option,
        -- On the month's last day.
        readings.is_active
        and coalesce(readings.valid_from < months.as_of_month + interval 1 month, true)
        and coalesce(readings.valid_to >= months.as_of_month + interval 1 month - interval 1 day, true) as is_in_force
    from {{ ref('dim_readings') }} as readings
    cross join months
),

readings as (
    select
        reading_id,
        option
    from options
    group by reading_id, option
    having not bool_or(is_in_force)
),

organizations as (
    select * from {{ ref('dim_organizations') }}
),

targets as (
    select
        targets.target_unit_code,
        sum(targets.target) as target_to_date,
        sum(case when targets.year = extract(year from months.as_of_month) then targets.target else 0 end) as target
    from {{ ref('dim_registration_targets') }} as targets
    cross join months
    where targets.year <= extract(year from months.as_of_month)
    group by targets.target_unit_code, months.as_of_month
    having max(targets.year) = extract(year from months.as_of_month)  -- later years have no target
),

members as (
    select
        target_unit_code,
        count(*) as members
    from organizations
    where target_unit_code != org_code
    group by target_unit_code
),

-- A group counts the users of its members.
active_users as (
    select
        organizations.target_unit_code as org_code,
        sum(latest.denominator) as users
    from organizations
    inner join latest
        on organizations.org_code = latest.org_code
    where latest.requirement_id = '9.2'
    group by organizations.target_unit_code
),

monthly_articles as (
    select
        verdicts.org_code,
        sum(verdicts.numerator) as articles,
        count(*) * max(verdicts.threshold) as articles_asked_for
    from verdicts
    inner join months
        on extract(year from verdicts.as_of_month) = extract(year from months.as_of_month)
    where
        verdicts.requirement_id = '9.5.month'
        and verdicts.status in ('PASS', 'FAIL')
    group by verdicts.org_code
),

alternatives as (
    select
        '9.1.basis' as reading_id,
        'cumulative_stock' as option,
        '9.1' as requirement_id,
        active_users.org_code,
        active_users.users as would_count,
        targets.target_to_date as would_ask_for
    from active_users
    inner join targets
        on active_users.org_code = targets.target_unit_code

    union all

    select
        '9.1.group_members' as reading_id,
        'equal_split' as option,
        '9.1' as requirement_id,
        latest.org_code,
        latest.numerator as would_count,
        -- In whole numbers: a decimal divided by an integer would go through floating point.
        (cast(ceil(targets.target) as bigint) + members.members - 1) // members.members as would_ask_for
    from latest
    inner join organizations
        on latest.org_code = organizations.org_code
    inner join members
        on organizations.target_unit_code = members.target_unit_code
    inner join targets
        on organizations.target_unit_code = targets.target_unit_code
    where
        latest.requirement_id = '9.1'
        and organizations.target_unit_code != organizations.org_code

    union all

    select
        '9.5.year' as reading_id,
        'monthly_average' as option,
        '9.5' as requirement_id,
        org_code,
        articles as would_count,
        articles_asked_for as would_ask_for
    from monthly_articles
)

select
    latest.as_of_month,
    readings.reading_id,
    readings.option,
    latest.org_name,
    latest.requirement_title,
    latest.status_label as status_in_force,
    alternatives.would_count,
    alternatives.would_ask_for,
    alternatives.would_count >= alternatives.would_ask_for as would_meet
from alternatives
inner join readings
    on
        alternatives.reading_id = readings.reading_id
        and alternatives.option = readings.option
inner join latest
    on
        alternatives.org_code = latest.org_code
        and alternatives.requirement_id = latest.requirement_id
where
    latest.status = 'NO_TARGET'
    or (latest.status = 'PASS') != (alternatives.would_count >= alternatives.would_ask_for)
order by readings.reading_id asc, readings.option asc, latest.org_name asc
