{#- A share is at most one. The monthly average of 9.5 is no share: its numerator counts articles, its denominator months. -#}
{% test numerator_within_denominator(model) %}
    with asked as (
        select * from {{ ref('int_thresholds_in_force') }}
    )

    select verdicts.*
    from {{ model }} as verdicts
    inner join asked
        on
            verdicts.as_of_month = asked.as_of_month
            and verdicts.org_code = asked.org_code
            and verdicts.role = asked.role
            and verdicts.requirement_id = asked.requirement_id
    where
        verdicts.numerator > verdicts.denominator
        and not asked.is_average
{% endtest %}
