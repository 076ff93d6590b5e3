with users as (
    select * from {{ ref('stg_registered_users') }}
),

-- The big table is read once, into the few combinations of months that there are.
cohorts as (
    select
        org_code,
        registered_month,
        certified_month,
        cancelled_month,
        count(*) as users
    from users
    group by org_code, registered_month, certified_month, cancelled_month
),

-- A user is certified at a month's end from the certification until the cancellation; one who cancelled in
-- the month of the certification, or before it, is certified at no month's end.
certified_cohorts as (
    select * from cohorts
    where
        certified_month is not null
        and (cancelled_month is null or cancelled_month > certified_month)
),

flows as (
    select
        org_code,
        registered_month as month,
        users as users_registered,
        users as users_active,
        0 as users_newly_certified,
        0 as users_certified
    from cohorts

    union all

    select
        org_code,
        cancelled_month as month,
        0 as users_registered,
        -users as users_active,
        0 as users_newly_certified,
        0 as users_certified
    from cohorts
    where cancelled_month is not null

    union all

    select
        org_code,
        certified_month as month,
        0 as users_registered,
        0 as users_active,
        users as users_newly_certified,
        0 as users_certified
    from cohorts
    where
        certified_month is not null
        -- Who cancels later was certified all the same; who had cancelled before was no user any more.
        and (cancelled_month is null or cancelled_month >= certified_month)

    union all

    select
        org_code,
        certified_month as month,
        0 as users_registered,
        0 as users_active,
        0 as users_newly_certified,
        users as users_certified
    from certified_cohorts

    union all

    select
        org_code,
        cancelled_month as month,
        0 as users_registered,
        0 as users_active,
        0 as users_newly_certified,
        -users as users_certified
    from certified_cohorts
    where cancelled_month is not null
)

select
    org_code,
    month,
    cast(sum(users_registered) as bigint) as users_registered,
    cast(sum(users_active) as bigint) as users_active,
    cast(sum(users_newly_certified) as bigint) as users_newly_certified,
    cast(sum(users_certified) as bigint) as users_certified
from flows
group by org_code, month
