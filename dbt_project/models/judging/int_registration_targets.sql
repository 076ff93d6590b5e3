with months as (
    select * from {{ ref('int_as_of_months') }}
),

organizations as (
    select * from {{ ref('organizations') }}
),

basis as (
    {{ reading_in_force('9.1.basis') }}
),

group_members as (
    {{ reading_in_force('9.1.group_members') }}
),

-- 附件以万人计。
unit_targets as (
    select
        target_unit_code,
        year,
        target_wan * 10000 as target,
        sum(target_wan * 10000) over (partition by target_unit_code order by year) as target_to_year
    from {{ ref('registration_targets') }}
),

member_counts as (
    select
        target_unit_code,
        count(*) as members
    from organizations
    where target_unit_code != org_code
    group by target_unit_code
),

unit_targets_in_force as (
    select
        months.as_of_month,
        unit_targets.target_unit_code,
        case
            when basis.option = 'cumulative_stock' then unit_targets.target_to_year
            else unit_targets.target
        end as target,
        group_members.option = 'equal_split' as is_split
    from months
    inner join unit_targets
        on months.as_of_year = unit_targets.year
    inner join basis
        on months.as_of_month = basis.as_of_month
    inner join group_members
        on months.as_of_month = group_members.as_of_month
),

-- A member of a unit whose figure is shared has a figure of its own only under equal_split.
targets as (
    select
        units.as_of_month,
        organizations.org_code,
        case
            when organizations.org_code = units.target_unit_code then units.target
            when units.is_split then {{ ceiling_division('units.target', 'member_counts.members') }}
            else null
        end as target
    from unit_targets_in_force as units
    inner join organizations
        on units.target_unit_code = organizations.target_unit_code
    left join member_counts
        on units.target_unit_code = member_counts.target_unit_code
)

select
    as_of_month,
    org_code,
    cast(target as decimal(18, 4)) as target
from targets
