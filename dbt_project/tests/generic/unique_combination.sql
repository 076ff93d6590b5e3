{#- The grain of a model in one reading: `columns` occur once together, `never_null` have a value in each row. -#}
{% test unique_combination(model, columns, never_null=[]) %}
    {{ config(fail_calc='coalesce(sum(copies - 1 + incomplete), 0)') }}
    {%- set is_incomplete = never_null | join(' is null or ') ~ ' is null' if never_null else 'false' %}
    select
        {{ columns | join(', ') }},
        count(*) as copies,
        count(*) filter (where {{ is_incomplete }}) as incomplete
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1 or count(*) filter (where {{ is_incomplete }}) > 0
{% endtest %}
