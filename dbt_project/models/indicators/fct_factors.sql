with labels as (
    select * from {{ ref('factor_labels') }}
),

organizations as (
    select * from {{ ref('organizations') }}
),

months as (
    select * from {{ ref('int_as_of_months') }}
),

flows as (
    select * from {{ ref('int_measures_by_month') }}
),

entered as (
    {{ entered_or_invented(
        'factors', 'sample_factors', ['target_unit_code', 'year', 'factor', 'value', 'source', 'source_date']
    ) }}
),

units as (
    select * from organizations
    where target_unit_code = org_code
),

years as (
    select
        as_of_year as year,
        max(last_day) as counted_to
    from months
    group by as_of_year
),

flows_of_years as (
    select
        organizations.target_unit_code,
        years.year,
        years.counted_to,
        labels.factor,
        sum(flows.flow) as value
    from labels
    inner join flows
        on labels.measure = flows.measure
    inner join years
        on
            extract(year from flows.month) = years.year
            and flows.month <= years.counted_to
    inner join organizations
        on flows.org_code = organizations.org_code
    group by
        organizations.target_unit_code,
        years.year,
        years.counted_to,
        labels.factor
),

known as (
    select
        year,
        factor,
        counted_to
    from flows_of_years
    where target_unit_code is not null
    group by year, factor, counted_to
),

-- Where anything was counted in a year, a unit without any has done nothing; where nothing was, nobody knows.
counted as (
    select
        units.org_code as target_unit_code,
        known.year,
        known.factor,
        cast(coalesce(flows_of_years.value, 0) as decimal(18, 4)) as value,
        '入库的平台数据' as source,
        known.counted_to as source_date,
        false as is_sample
    from units
    cross join known
    left join flows_of_years
        on
            units.org_code = flows_of_years.target_unit_code
            and known.year = flows_of_years.year
            and known.factor = flows_of_years.factor
),

factors as (
    select target_unit_code, year, factor, value, source, source_date, is_sample
    from entered

    union all

    select target_unit_code, year, factor, value, source, source_date, is_sample
    from counted
)

select
    factors.target_unit_code,
    units.org_name as target_unit_name,
    units.org_type,
    factors.year,
    factors.factor,
    labels.label as factor_label,
    factors.value,
    labels.unit,
    factors.source,
    factors.source_date,
    factors.is_sample
from factors
inner join units
    on factors.target_unit_code = units.org_code
inner join labels
    on factors.factor = labels.factor
