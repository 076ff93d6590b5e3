{#-
    The counts of users of `relation`, which has a row per month and `key`, and how its stocks have changed since
    the month before and since the same month of the year before; null where that month has no row.
-#}
{% macro users_with_changes(relation, key, names) -%}
    select
        users.as_of_month,
        {%- for name in names %}
        users.{{ name }},
        {%- endfor %}
        {%- for kind in ['registered_users', 'certified_users'] %}
        users.{{ kind }}_stock,
        users.{{ kind }}_stock - of_month_before.{{ kind }}_stock as {{ kind }}_change_on_month_before,
        users.{{ kind }}_stock - of_year_before.{{ kind }}_stock as {{ kind }}_change_on_year_before,
        users.{{ kind }}_new_in_month,
        users.{{ kind }}_new_in_year{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }} as users
    left join {{ relation }} as of_month_before
        on
            users.as_of_month = {{ next_month('of_month_before.as_of_month') }}
            and users.{{ key }} = of_month_before.{{ key }}
    left join {{ relation }} as of_year_before
        on
            users.as_of_month = {{ same_month_next_year('of_year_before.as_of_month') }}
            and users.{{ key }} = of_year_before.{{ key }}
{%- endmacro %}
