{% test unique_combination(model, columns) %}
    {{ config(fail_calc='coalesce(sum(copies - 1), 0)') }}
    select
        {{ columns | join(', ') }},
        count(*) as copies
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
