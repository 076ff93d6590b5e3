{#- A reading in force is exactly one. -#}
{% test one_active_option(model) %}
    select
        reading_id,
        count(*) filter (where is_active) as active_options
    from {{ model }}
    group by reading_id
    having count(*) filter (where is_active) != 1
{% endtest %}
