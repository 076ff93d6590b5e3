with organizations as (
    select * from {{ ref('organizations') }}
),

registration_targets as (
    select * from {{ ref('registration_targets') }}
),

-- 附件以万人计。
yearly as (
    select
        target_unit_code,
        year,
        target_wan * 10000 as target
    from registration_targets
),

-- The annual figure, or under cumulative_stock the sum of the figures to that year.
unit_targets as (
    select
        target_unit_code,
        year,
        case
            when {{ reading_in_force('9.1.basis') }} = 'cumulative_stock'
                then sum(target) over (partition by target_unit_code order by year)
            else target
        end as target
    from yearly
),

member_counts as (
    select
        target_unit_code,
        count(*) as members
    from organizations
    where target_unit_code != org_code
    group by target_unit_code
),

-- A member of a unit whose figure is shared has a figure of its own only under equal_split.
targets as (
    select
        organizations.org_code,
        unit_targets.year,
        case
            when organizations.org_code = organizations.target_unit_code then unit_targets.target
            when {{ reading_in_force('9.1.group_members') }} = 'equal_split'
                then {{ ceiling_division('unit_targets.target', 'member_counts.members') }}
            else null
        end as target
    from organizations
    inner join unit_targets
        on organizations.target_unit_code = unit_targets.target_unit_code
    left join member_counts
        on organizations.target_unit_code = member_counts.target_unit_code
)

select
    org_code,
    year,
    cast(target as decimal(18, 4)) as target
from targets
