{#- PASS and FAIL speak for themselves; every other status says why. -#}
{% test reason_given_unless_judged(model) %}
    select *
    from {{ model }}
    where (status in ('PASS', 'FAIL')) = (reason is not null)
{% endtest %}
