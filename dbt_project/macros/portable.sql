{#- The one place for syntax that another engine would spell differently. -#}

{#- A select of every month, first to last inclusive, from expressions of type date. -#}
{% macro month_series(first_month, last_month) -%}
    select cast(unnest(generate_series({{ first_month }}, {{ last_month }}, interval 1 month)) as date) as month
{%- endmacro %}

{#- The first day of the month of a date or timestamp; date_trunc takes twice as long over 20 M rows. -#}
{% macro month_of(expression) -%}
    cast({{ expression }} as date) - cast(extract(day from {{ expression }}) - 1 as integer)
{%- endmacro %}

{#- The first day of the month after. -#}
{% macro next_month(month) -%}
    cast({{ month }} + interval 1 month as date)
{%- endmacro %}

{#- The same month of the year after. -#}
{% macro same_month_next_year(month) -%}
    cast({{ month }} + interval 1 year as date)
{%- endmacro %}

{#- One text per group, in a stable order. -#}
{% macro joined_text(expression, separator=' ') -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ expression }})
{%- endmacro %}

{#- 1 January of an integer year; null where no calendar has that year. -#}
{% macro year_start(year) -%}
    try_cast(cast({{ year }} as varchar) || '-01-01' as date)
{%- endmacro %}

{#- ⌈amount ÷ parts⌉ of whole numbers; `amount` may be a decimal, which divided would go through floating point. -#}
{% macro ceiling_division(amount, parts) -%}
    (cast({{ amount }} as bigint) + {{ parts }} - 1) // {{ parts }}
{%- endmacro %}

{#- ⌊amount ÷ parts⌋ of whole numbers that are not negative. -#}
{% macro floor_division(amount, parts) -%}
    ({{ amount }}) // ({{ parts }})
{%- endmacro %}

{#- Millionths as decimal(18, 6); null where they are too many for it. A division would go through floating point. -#}
{% macro from_millionths(millionths) -%}
    cast(try_cast({{ millionths }} as decimal(18, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(18, 6))
{%- endmacro %}

{#- Rows of several relations with the same columns, matched by name and not by position. -#}
{% macro union_all_by_name(relations) -%}
    select * from {{ relations | join(' union all by name select * from ') }}
{%- endmacro %}


{#- Rows of both sides, a column that one lacks as nulls. -#}
{% macro union_by_name() -%}
    union all by name
{%- endmacro %}

{#- A whole number as texts have it, `1,234`. -#}
{% macro with_thousands(number) -%}
    format('{:,}', {{ number }})
{%- endmacro %}

{#- Millionths of a whole as `34.78%`: two places, the rest cut, no idle zeros. -#}
{% macro percent_text(millionths) -%}
    rtrim(rtrim(
        cast(cast({{ millionths }} // 100 as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as varchar), '0'
    ), '.') || '%'
{%- endmacro %}
