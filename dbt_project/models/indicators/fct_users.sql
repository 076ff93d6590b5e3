with counted as (
    select * from {{ ref('int_users_to_date') }}
)

{{ users_with_changes('counted', 'org_code', ['org_code', 'org_name', 'org_type']) }}
