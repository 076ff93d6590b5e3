{#- A share is at most one. The monthly average of 9.5 is no share: its numerator counts articles, its denominator months. -#}
{% test numerator_within_denominator(model) %}
    with averages as (
        select sources.requirement_id
        from {{ ref('requirement_sources') }} as sources
        inner join {{ ref('requirements') }} as requirements
            on sources.requirement_id = requirements.requirement_id
        where
            requirements.kind = 'ratio'
            and {{ reading_in_force('9.5.year') }} = 'monthly_average'
    )

    select *
    from {{ model }}
    where
        numerator > denominator
        and requirement_id not in (select requirement_id from averages)
{% endtest %}
