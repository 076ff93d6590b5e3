{#- The active option of a reading, as a scalar subquery: `{{ reading_in_force('9.1.basis') }} = 'annual_new'`. -#}
{% macro reading_in_force(reading_id) -%}
    (select option from {{ ref('readings') }} where reading_id = '{{ reading_id }}' and is_active)
{%- endmacro %}
