with rankings as (
    select * from {{ ref('fct_rankings') }}
),

verdicts as (
    select * from {{ ref('fct_verdicts') }}
),

comparisons as (
    select * from {{ ref('comparisons') }}
),

factors as (
    select * from {{ ref('fct_factors') }}
),

months as (
    select as_of_month
    from rankings
    group by as_of_month
),

-- The newest year known by then, the same for everybody: who lacks it is not compared.
years as (
    select
        months.as_of_month,
        comparisons.requirement_id,
        comparisons.factor,
        max(factors.year) as factor_year
    from months
    cross join comparisons
    inner join factors
        on
            comparisons.factor = factors.factor
            and extract(year from months.as_of_month) >= factors.year
    group by months.as_of_month, comparisons.requirement_id, comparisons.factor
),

compared as (
    select
        rankings.*,
        verdicts.numerator,
        verdicts.unit,
        factors.factor,
        factors.factor_label,
        factors.year as factor_year,
        factors.value as factor_value,
        factors.unit as factor_unit,
        factors.is_sample,
        {{ share_of('verdicts.numerator', 'factors.value', '1000000000') }} as millionths
    from rankings
    inner join verdicts
        on
            rankings.as_of_month = verdicts.as_of_month
            and rankings.org_code = verdicts.org_code
            and rankings.role = verdicts.role
            and rankings.requirement_id = verdicts.requirement_id
    inner join years
        on
            rankings.as_of_month = years.as_of_month
            and rankings.requirement_id = years.requirement_id
    inner join factors
        on
            years.factor = factors.factor
            and years.factor_year = factors.year
            and rankings.org_code = factors.target_unit_code
    where factors.value > 0
)

select
    as_of_month,
    role,
    org_type,
    requirement_id,
    requirement_title,
    org_code,
    org_name,
    numerator,
    unit,
    factor,
    factor_label,
    factor_year,
    factor_value,
    factor_unit,
    {{ from_millionths('millionths') }} as per_thousand,
    cast(rank() over (
        partition by as_of_month, role, org_type, requirement_id
        order by millionths desc
    ) as bigint) as rank_per_thousand,
    count(*) over (partition by as_of_month, role, org_type, requirement_id) as compared_orgs,
    rank,
    ranked_orgs,
    is_sample
from compared
