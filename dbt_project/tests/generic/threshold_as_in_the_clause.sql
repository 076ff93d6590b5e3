{#-
    A threshold is the number that stands in its clause, in the year that the clause gives it to:
    第一年、第二年、第三年及以后 from the year of effect on, 不低于 N%, 不少于 N 篇（个）; where the clause wants
    everything (全部、每月、达到…要求) or one thing (制定), it is one.

    A warning at night, so that an office may set a threshold of its own; an error in the project's own tests.
-#}
{% test threshold_as_in_the_clause(model, clause_id) %}
    {{ config(severity='warn') }}
    with thresholds as (
        select
            thresholds.requirement_id,
            thresholds.year_from,
            thresholds.threshold,
            requirements.kind,
            clauses.text,
            thresholds.year_from - extract(year from requirements.effective_on) as years_in_effect
        from {{ model }} as thresholds
        inner join {{ ref('requirements') }} as requirements
            on thresholds.requirement_id = requirements.requirement_id
        inner join {{ ref('clauses') }} as clauses
            on thresholds.clause_id = clauses.clause_id
        where thresholds.clause_id = '{{ clause_id }}'
    ),

    read_from_the_clause as (
        select
            *,
            case
                when regexp_extract(text, '第[一1]年', 0) != ''
                    then case
                        when years_in_effect = 0
                            then try_cast(regexp_extract(text, '第[一1]年不低于 ?([0-9]+)%', 1) as decimal(18, 4)) * 0.01
                        when years_in_effect = 1
                            then try_cast(regexp_extract(text, '第[二2]年不低于 ?([0-9]+)%', 1) as decimal(18, 4)) * 0.01
                        when years_in_effect = 2
                            then try_cast(regexp_extract(text, '第[三3]年及以后不低于 ?([0-9]+)%', 1) as decimal(18, 4)) * 0.01
                        else null
                    end
                when years_in_effect != 0 then null
                when regexp_extract(text, '不低于 ?[0-9]+%', 0) != ''
                    then try_cast(regexp_extract(text, '不低于 ?([0-9]+)%', 1) as decimal(18, 4)) * 0.01
                when kind = 'count' and regexp_extract(text, '不少于 ?[0-9]+ ?[篇个]', 0) != ''
                    then try_cast(regexp_extract(text, '不少于 ?([0-9]+) ?[篇个]', 1) as decimal(18, 4))
                when regexp_extract(text, '全部|每月|达到.*要求|制定', 0) != '' then 1
                else null
            end as clause_threshold
        from thresholds
    )

    select * from read_from_the_clause
    where threshold is distinct from clause_threshold
    union all
    -- A clause with steps has one row per step and requirement.
    select *
    from read_from_the_clause
    where
        regexp_extract(text, '第[一1]年', 0) != ''
        and requirement_id in (
            select requirement_id
            from thresholds
            group by requirement_id
            having count(*) != 3
        )
{% endtest %}
