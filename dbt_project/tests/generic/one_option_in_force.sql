{#- In every month exactly one option of each reading is in force. -#}
{% test one_option_in_force(model) %}
    select
        months.as_of_month,
        readings.reading_id,
        count(in_force.option) as options_in_force
    from {{ ref('int_as_of_months') }} as months
    cross join (select reading_id from {{ ref('readings') }} group by reading_id) as readings
    left join {{ model }} as in_force
        on
            months.as_of_month = in_force.as_of_month
            and readings.reading_id = in_force.reading_id
    group by months.as_of_month, readings.reading_id
    having count(in_force.option) != 1
{% endtest %}
