{#- A share is at most one. A monthly average (9.5 under monthly_average) is no share: its threshold is over one. -#}
{% test numerator_within_denominator(model) %}
    select *
    from {{ model }}
    where
        numerator > denominator
        and coalesce(threshold, 1) <= 1
{% endtest %}
