{#- Whether a row of a seed holds on a day: from valid_from to valid_to, both included, a blank one without end. -#}
{% macro is_valid_on(day, relation) -%}
    ({{ relation }}.valid_from is null or {{ relation }}.valid_from <= {{ day }})
    and ({{ relation }}.valid_to is null or {{ relation }}.valid_to >= {{ day }})
{%- endmacro %}


{#- Which of its periods a row is, from 1: what may hold twice, for two periods, has a key. -#}
{% macro place_in_time(relation, columns) -%}
    cast(row_number() over (
        partition by {% for column in columns %}{{ relation }}.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
        order by {{ relation }}.valid_from nulls first, {{ relation }}.valid_to nulls last
    ) as integer)
{%- endmacro %}
