with requirements as (
    select * from {{ ref('requirements') }}
    where kind = 'count'
),

organizations as (
    select * from {{ ref('organizations') }}
),

registration_targets as (
    select * from {{ ref('dim_registration_targets') }}
),

thresholds as (
    select * from {{ ref('int_thresholds_in_force') }}
),

verdicts as (
    select * from {{ ref('fct_verdicts') }}
),

factors as (
    select * from {{ ref('fct_factors') }}
),

weights as (
    select * from {{ ref('dim_factor_weights') }}
),

-- A quantity of a month is asked for in each month that it is due, one of a year once, by its last month.
months_counted as (
    select
        *,
        as_of_month = max(as_of_month) over (partition by as_of_year) as is_latest
    from thresholds
),

-- What each union is asked for by itself; the figures of the annexes are the unit's own.
asked as (
    select
        months_counted.as_of_month,
        months_counted.as_of_year as year,
        months_counted.org_code,
        case
            when months_counted.target_source = 'annex' then months_counted.org_code
            else organizations.target_unit_code
        end as target_unit_code,
        months_counted.requirement_id,
        months_counted.target_source,
        months_counted.threshold,
        case
            when months_counted.period = 'to_date' then null
            else verdicts.numerator
        end as numerator
    from months_counted
    inner join organizations
        on months_counted.org_code = organizations.org_code
    inner join verdicts
        on
            months_counted.as_of_month = verdicts.as_of_month
            and months_counted.org_code = verdicts.org_code
            and months_counted.role = verdicts.role
            and months_counted.requirement_id = verdicts.requirement_id
    where
        (months_counted.period = 'month' and months_counted.is_due)
        or (months_counted.period != 'month' and months_counted.is_latest)
),

reached as (
    select
        year,
        target_unit_code,
        requirement_id,
        max(as_of_month) as reached_as_of_month,
        case
            when count(numerator) = count(*) then cast(sum(numerator) as bigint)
            else null
        end as reached,
        cast(sum(threshold) filter (where target_source != 'annex') as decimal(18, 4)) as standard
    from asked
    group by year, target_unit_code, requirement_id
),

standards as (
    select
        registration_targets.year,
        registration_targets.target_unit_code,
        requirements.requirement_id,
        registration_targets.target as standard
    from registration_targets
    cross join requirements
    where requirements.target_source = 'annex'

    union all

    select
        year,
        target_unit_code,
        requirement_id,
        standard
    from reached
    where standard is not null
),

years as (
    select year
    from standards
    group by year
),

-- The newest year known for the year of the standard, the same for everybody: who lacks it lacks the factor.
factor_years as (
    select
        years.year,
        factors.factor,
        max(factors.year) as factor_year
    from years
    inner join factors
        on years.year >= factors.year
    group by years.year, factors.factor
),

valued as (
    select
        standards.year,
        standards.target_unit_code,
        standards.requirement_id,
        standards.standard,
        factors.factor,
        factors.factor_label,
        factors.year as factor_year,
        factors.value,
        factors.is_sample or weights.is_sample as is_sample,
        weights.weight,
        sum(factors.value) over (
            partition by standards.year, standards.requirement_id, factors.factor
        ) as total
    from standards
    inner join factor_years
        on standards.year = factor_years.year
    inner join factors
        on
            factor_years.factor = factors.factor
            and factor_years.factor_year = factors.year
            and standards.target_unit_code = factors.target_unit_code
    left join weights
        on
            standards.requirement_id = weights.requirement_id
            and factors.factor = weights.factor
),

with_shares as (
    select
        *,
        {{ share_of('value', 'total', '1000000') }} as share,
        {{ share_of('standard', 'value', '1000000000') }} as standard_per_thousand
    from valued
),

by_factor as (
    select
        with_shares.year,
        with_shares.target_unit_code,
        with_shares.requirement_id,
        {{ factor_columns('rpt_standards_review', 'with_shares') }}
        {{ joined_text("with_shares.factor_label || ' ' || with_shares.factor_year || ' 年'", '、') }} as factor_years,
        bool_or(with_shares.is_sample) as is_sample
    from with_shares
    group by with_shares.year, with_shares.target_unit_code, with_shares.requirement_id
),

-- What is weighed, and of that, what a unit lacks.
lacking as (
    select
        standards.year,
        standards.target_unit_code,
        standards.requirement_id,
        {{ joined_text('weights.factor_label', '、') }}
        filter (where valued.factor is null) as missing_factors
    from standards
    inner join weights
        on standards.requirement_id = weights.requirement_id
    left join valued
        on
            standards.year = valued.year
            and standards.target_unit_code = valued.target_unit_code
            and standards.requirement_id = valued.requirement_id
            and weights.factor = valued.factor
    group by standards.year, standards.target_unit_code, standards.requirement_id
),

-- Like is compared with like: units that have every factor weighed. Shares in 10⁻¹², a weight in 10⁻⁴.
compared as (
    select
        valued.*,
        {{ share_of(
            'valued.value',
            'sum(valued.value) over (partition by valued.year, valued.requirement_id, valued.factor)',
            '1000000000000',
        ) }} as share
    from valued
    inner join lacking
        on
            valued.year = lacking.year
            and valued.target_unit_code = lacking.target_unit_code
            and valued.requirement_id = lacking.requirement_id
    where lacking.missing_factors is null
),

weighted as (
    select
        year,
        target_unit_code,
        requirement_id,
        standard,
        sum({{ ten_thousandths('weight') }} * share) as share,
        count(*) over (partition by year, requirement_id) as compared_units,
        sum(standard) over (partition by year, requirement_id) as total
    from compared
    group by year, target_unit_code, requirement_id, standard
),

expected as (
    select
        *,
        {{ share_of('standard', 'total', '1000000') }} as standard_share,
        {{ floor_division('share', '10000000000') }} as weighted_share,
        -- To the nearest head or item.
        cast({{ floor_division(
            ten_thousandths('total') ~ ' * share + 50000000000000000000', '100000000000000000000'
        ) }} as bigint) as weighted_standard
    from weighted
),

reviewed as (
    select
        standards.*,
        organizations.org_name as target_unit_name,
        organizations.org_type,
        requirements.title as requirement_title,
        coalesce(requirements.counted_in, requirements.unit) as unit,
        {{ share_of(
            'standards.standard',
            'sum(standards.standard) over (partition by standards.year, standards.requirement_id)',
            '1000000',
        ) }} as standard_share,
        expected.compared_units,
        expected.standard_share as compared_share,
        expected.weighted_share,
        expected.weighted_standard,
        cast(round(standards.standard) as bigint) - expected.weighted_standard as difference,
        reached.reached,
        reached.reached_as_of_month,
        lacking.year is not null as is_weighed,
        lacking.missing_factors
    from standards
    inner join organizations
        on standards.target_unit_code = organizations.org_code
    inner join requirements
        on standards.requirement_id = requirements.requirement_id
    left join expected
        on
            standards.year = expected.year
            and standards.target_unit_code = expected.target_unit_code
            and standards.requirement_id = expected.requirement_id
    left join reached
        on
            standards.year = reached.year
            and standards.target_unit_code = reached.target_unit_code
            and standards.requirement_id = reached.requirement_id
    left join lacking
        on
            standards.year = lacking.year
            and standards.target_unit_code = lacking.target_unit_code
            and standards.requirement_id = lacking.requirement_id
)

select
    reviewed.year,
    reviewed.target_unit_code,
    reviewed.target_unit_name,
    reviewed.org_type,
    reviewed.requirement_id,
    reviewed.requirement_title,
    reviewed.standard,
    reviewed.unit,
    {{ from_millionths('reviewed.standard_share') }} as standard_share,
    {%- for column in columns_of_factors('rpt_standards_review') %}
    by_factor.{{ column.name }},
    {%- endfor %}
    by_factor.factor_years,
    reviewed.missing_factors,
    reviewed.compared_units,
    {{ from_millionths('reviewed.compared_share') }} as compared_share,
    {{ from_millionths('reviewed.weighted_share') }} as weighted_share,
    {{ from_millionths('reviewed.compared_share - reviewed.weighted_share') }} as share_difference,
    reviewed.weighted_standard,
    reviewed.difference,
    reviewed.reached,
    reviewed.reached_as_of_month,
    case
        when not reviewed.is_weighed then '未定权重，不作比较'
        when reviewed.missing_factors is not null then '缺' || reviewed.missing_factors || '，不作比较'
        when reviewed.weighted_standard is null then '各单位的因素合计为零，不作比较'
        when reviewed.difference = 0 then '与因素相当：标准所占份额与加权份额一致'
        else
            case when reviewed.difference > 0 then '高于因素' else '低于因素' end
            || '：标准占 ' || {{ percent_text('reviewed.compared_share') }}
            || '，按因素加权应占 ' || {{ percent_text('reviewed.weighted_share') }}
            || case when reviewed.difference > 0 then '，多 ' else '，少 ' end
            || {{ with_thousands('abs(reviewed.difference)') }} || ' ' || reviewed.unit
    end as finding,
    coalesce(by_factor.is_sample, false) as is_sample
from reviewed
left join by_factor
    on
        reviewed.year = by_factor.year
        and reviewed.target_unit_code = by_factor.target_unit_code
        and reviewed.requirement_id = by_factor.requirement_id
