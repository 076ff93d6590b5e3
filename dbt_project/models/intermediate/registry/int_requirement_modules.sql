with requirements as (
    select * from {{ ref('requirements') }}
),

modules as (
    select * from {{ ref('modules') }}
)

select
    requirements.requirement_id,
    modules.module_code
from requirements
inner join modules
    on
        requirements.module_key = modules.module_key
        or (
            requirements.module_category = modules.category
            and (modules.tracks_completion or not requirements.completion_only)
        )

union all

-- What is not counted by module lies under the blank module code.
select
    requirement_id,
    '' as module_code
from requirements
where
    module_key is null
    and module_category is null
