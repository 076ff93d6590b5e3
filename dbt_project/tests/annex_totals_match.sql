{#-
    The 合计 printed in both annexes, by unit, by year and over all, against the figures transcribed; a year that
    the annexes do not have is another paper's.
    A warning at night, so that an office may set a figure of its own; an error in the project's own tests.
-#}
{{ config(severity='warn') }}

with totals as (
    select * from {{ ref('annex_totals') }}
),

targets as (
    select
        units.clause_id,
        targets.target_unit_code,
        targets.year,
        targets.target_wan
    from {{ ref('registration_targets') }} as targets
    left join (
        select clause_id, target_unit_code
        from totals
        where target_unit_code is not null
    ) as units
        on targets.target_unit_code = units.target_unit_code
    where targets.year in (select year from totals)
),

sums as (
    select clause_id, target_unit_code, null as year, sum(target_wan) as total_wan
    from targets
    group by clause_id, target_unit_code

    union all

    select clause_id, null as target_unit_code, year, sum(target_wan) as total_wan
    from targets
    group by clause_id, year

    union all

    select clause_id, null as target_unit_code, null as year, sum(target_wan) as total_wan
    from targets
    group by clause_id
)

select
    coalesce(totals.clause_id, sums.clause_id) as clause_id,
    coalesce(totals.target_unit_code, sums.target_unit_code) as target_unit_code,
    coalesce(totals.year, sums.year) as year,
    totals.total_wan as printed_wan,
    sums.total_wan as transcribed_wan
from totals
full outer join sums
    on
        totals.clause_id = sums.clause_id
        and totals.target_unit_code is not distinct from sums.target_unit_code
        and totals.year is not distinct from sums.year
where totals.total_wan is distinct from sums.total_wan
