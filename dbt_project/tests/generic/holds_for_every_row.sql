{#- `condition` is true in every row; an unknown (null) is no truth. -#}
{% test holds_for_every_row(model, condition) %}
    select *
    from {{ model }}
    where not coalesce({{ condition }}, false)
{% endtest %}
