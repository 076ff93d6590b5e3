{#- The list of measures and the measures that requirements use agree. -#}
with listed as (
    select measure from {{ ref('measures') }}
),

used as (
    select numerator_measure as measure from {{ ref('requirement_measures') }}
    union
    select denominator_measure as measure from {{ ref('requirement_measures') }}
    where denominator_measure is not null
)

select measure from listed
where measure not in (select measure from used)
union all
select measure from used
where measure not in (select measure from listed)
