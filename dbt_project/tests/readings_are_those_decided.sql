{#-
    The readings in force are those that the project decided for 第九条（一） and（五）, with their reasons in the seed.
    A warning at night, so that an office may decide otherwise; an error in the project's own tests.
-#}
{{ config(severity='warn') }}

with decided as (
    select '9.1.basis' as reading_id, 'annual_new' as option, '9.1' as clause_id
    union all
    select '9.1.group_members' as reading_id, 'group_only' as option, '9.1' as clause_id
    union all
    select '9.5.year' as reading_id, 'every_month' as option, '9.5' as clause_id
),

in_force as (
    select reading_id, option, clause_id
    from {{ ref('readings') }}
    where
        is_active
        and reading_id in (
            select reading_id from {{ ref('readings') }}
            where not is_active
        )
)

select
    coalesce(decided.reading_id, in_force.reading_id) as reading_id,
    decided.option as option_decided,
    in_force.option as option_in_force
from decided
full outer join in_force
    on
        decided.reading_id = in_force.reading_id
        and decided.option = in_force.option
        and decided.clause_id = in_force.clause_id
where
    decided.reading_id is null
    or in_force.reading_id is null
