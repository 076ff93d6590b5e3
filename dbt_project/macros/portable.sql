{#- The one place for syntax that another engine would spell differently. -#}

{#- A select of every month, first to last inclusive, from expressions of type date. -#}
{% macro month_series(first_month, last_month) -%}
    {{ adapter.dispatch('month_series')(first_month, last_month) }}
{%- endmacro %}
{% macro default__month_series(first_month, last_month) -%}
    select cast(unnest(generate_series({{ first_month }}, {{ last_month }}, interval '1' month)) as date) as month
{%- endmacro %}

{#- The first day of the month of a date or timestamp; date_trunc takes twice as long over 20 M rows. -#}
{% macro month_of(expression) -%}
    cast({{ expression }} as date) - cast(extract(day from {{ expression }}) - 1 as integer)
{%- endmacro %}

{#- The first day of the month after. -#}
{% macro next_month(month) -%}
    cast({{ month }} + interval '1' month as date)
{%- endmacro %}

{#- The same month of the year after. -#}
{% macro same_month_next_year(month) -%}
    cast({{ month }} + interval '1' year as date)
{%- endmacro %}

{#- One text per group, in a stable order. -#}
{% macro joined_text(expression, separator=' ') -%}
    {{ adapter.dispatch('joined_text')(expression, separator) }}
{%- endmacro %}
{% macro default__joined_text(expression, separator) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ expression }})
{%- endmacro %}

{#- 1 January of an integer year; null where no calendar has that year. -#}
{% macro year_start(year) -%}
    try_cast(cast({{ year }} as string) || '-01-01' as date)
{%- endmacro %}

{#- ⌈amount ÷ parts⌉ of whole numbers; `amount` may be a decimal, which divided would go through floating point. -#}
{% macro ceiling_division(amount, parts) -%}
    {{ floor_division('cast(' ~ amount ~ ' as bigint) + ' ~ parts ~ ' - 1', parts) }}
{%- endmacro %}

{#- ⌊amount ÷ parts⌋ of whole numbers that are not negative. -#}
{% macro floor_division(amount, parts) -%}
    {{ adapter.dispatch('floor_division')(amount, parts) }}
{%- endmacro %}
{% macro default__floor_division(amount, parts) -%}
    ({{ amount }}) // ({{ parts }})
{%- endmacro %}

{#- Millionths as decimal(18, 6); null where they are too many for it. A division would go through floating point. -#}
{% macro from_millionths(millionths) -%}
    cast(try_cast({{ millionths }} as decimal(18, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(18, 6))
{%- endmacro %}

{#- The type of whole numbers that may be larger than a bigint. -#}
{% macro whole_number() -%}
    {{ adapter.dispatch('whole_number')() }}
{%- endmacro %}
{% macro default__whole_number() -%}
    hugeint
{%- endmacro %}

{#- A text as a literal. -#}
{% macro text_literal(text) -%}
    {{ adapter.dispatch('text_literal')(text) }}
{%- endmacro %}
{% macro default__text_literal(text) -%}
    '{{ text | replace("'", "''") }}'
{%- endmacro %}

{#- Rows of several relations, the same `columns` of each: by name, wherever they stand. -#}
{% macro union_all(relations, columns) -%}
    {%- for relation in relations %}
    select {{ columns | join(', ') }} from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- A whole number as texts have it, `1,234`. -#}
{% macro with_thousands(number) -%}
    {{ adapter.dispatch('with_thousands')(number) }}
{%- endmacro %}
{% macro default__with_thousands(number) -%}
    format('{:,}', {{ number }})
{%- endmacro %}

{#- Millionths of a whole as `34.78%`: two places, the rest cut, no idle zeros. -#}
{% macro percent_text(millionths) -%}
    trim(trailing '.' from trim(trailing '0' from
        cast(cast({{ floor_division(millionths, 100) }} as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as string)
    )) || '%'
{%- endmacro %}
