{#- The periods of one requirement follow each other year by year and the last one is open-ended. -#}
{% test years_without_gap_or_overlap(model) %}
    with periods as (
        select
            requirement_id,
            year_from,
            year_to,
            lead(year_from) over (partition by requirement_id order by year_from) as next_year_from
        from {{ model }}
    )

    select *
    from periods
    where
        year_to < year_from
        or (next_year_from is null and year_to is not null)
        or (next_year_from is not null and year_to is null)
        or year_to + 1 != next_year_from
{% endtest %}
