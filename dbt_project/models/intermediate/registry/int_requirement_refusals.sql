with exports as (
    select * from {{ ref('int_requirement_exports') }}
),

contributors as (
    select * from {{ ref('int_requirement_contributors') }}
),

rejected_rows as (
    select * from {{ ref('rejected_rows') }}
),

organizations as (
    select * from {{ ref('organizations') }}
    where org_type != 'target_group'
),

-- A row that names no org of ours may be anybody's.
refused as (
    select
        rejected_rows.export_name,
        organizations.org_code,
        count(*) as refused_rows
    from rejected_rows
    left join organizations
        on rejected_rows.org_code = organizations.org_code
    group by rejected_rows.export_name, organizations.org_code
),

concerned as (
    select
        exports.as_of_month,
        exports.requirement_id,
        contributors.org_code,
        refused.refused_rows
    from exports
    inner join contributors
        on exports.requirement_id = contributors.requirement_id
    inner join refused
        on
            exports.export_name = refused.export_name
            and contributors.contributor_code = refused.org_code

    union all

    select
        exports.as_of_month,
        exports.requirement_id,
        contributors.org_code,
        refused.refused_rows
    from exports
    inner join contributors
        on
            exports.requirement_id = contributors.requirement_id
            and contributors.org_code = contributors.contributor_code
    inner join refused
        on exports.export_name = refused.export_name
    where refused.org_code is null
)

select
    as_of_month,
    requirement_id,
    org_code,
    cast(sum(refused_rows) as bigint) as refused_rows
from concerned
group by as_of_month, requirement_id, org_code
