with users as (
    select * from {{ ref('int_users_to_date') }}
),

org_types as (
    select
        org_code,
        org_type
    from {{ ref('organizations') }}

    union all

    select
        org_code,
        'all' as org_type
    from {{ ref('organizations') }}
),

counted as (
    select
        users.as_of_month,
        org_types.org_type,
        count(*) as orgs,
        cast(sum(users.registered_users_stock) as bigint) as registered_users_stock,
        cast(sum(users.registered_users_new_in_month) as bigint) as registered_users_new_in_month,
        cast(sum(users.registered_users_new_in_year) as bigint) as registered_users_new_in_year,
        cast(sum(users.certified_users_stock) as bigint) as certified_users_stock,
        cast(sum(users.certified_users_new_in_month) as bigint) as certified_users_new_in_month,
        cast(sum(users.certified_users_new_in_year) as bigint) as certified_users_new_in_year
    from users
    inner join org_types
        on users.org_code = org_types.org_code
    group by users.as_of_month, org_types.org_type
)

{{ users_with_changes('counted', 'org_type', ['org_type', 'orgs']) }}
