{#- Month by month the option of a reading that is in force, as the body of a CTE. -#}
{% macro reading_in_force(reading_id) -%}
    select
        as_of_month,
        option
    from {{ ref('int_readings_in_force') }}
    where reading_id = '{{ reading_id }}'
{%- endmacro %}
