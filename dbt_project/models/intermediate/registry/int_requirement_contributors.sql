with organizations as (
    select * from {{ ref('organizations') }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

-- Every org counts for itself.
own as (
    select
        requirements.requirement_id,
        organizations.org_code,
        organizations.org_code as contributor_code
    from requirements
    cross join organizations
),

-- Against an annex figure, a group counts its members (附件2: 其他…共 68 家).
members as (
    select
        requirements.requirement_id,
        target_groups.org_code,
        organizations.org_code as contributor_code
    from requirements
    cross join organizations
    inner join organizations as target_groups
        on organizations.target_unit_code = target_groups.org_code
    where
        requirements.target_source = 'annex'
        and target_groups.org_type = 'target_group'
        and organizations.org_code != target_groups.org_code
)

select * from own
union all
select * from members
