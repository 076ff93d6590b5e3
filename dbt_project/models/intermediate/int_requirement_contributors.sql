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

-- Against an annex figure, a unit whose figure others share counts them too (附件2: 其他…共 68 家).
members as (
    select
        requirements.requirement_id,
        organizations.target_unit_code as org_code,
        organizations.org_code as contributor_code
    from requirements
    cross join organizations
    where
        requirements.target_source = 'annex'
        and organizations.target_unit_code != organizations.org_code
)

select * from own
union all
select * from members
