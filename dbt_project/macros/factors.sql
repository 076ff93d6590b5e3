{#-
    The rows of a seed that an office fills in, or, for the sample and only while it has none, the invented ones;
    `is_sample` tells which.
-#}
{% macro entered_or_invented(entered, invented, columns) -%}
    select {{ columns | join(', ') }}, false as is_sample from {{ ref(entered) }}

    union all

    select {{ columns | join(', ') }}, true as is_sample from {{ ref(invented) }}
    where {{ 'true' if var('landed_dir') == '' else 'false' }} and not exists (select 1 from {{ ref(entered) }})
{%- endmacro %}


{#- ⌊amount × scale ÷ total⌋ of decimals with four places; null where the total is. -#}
{% macro share_of(amount, total, scale) -%}
    {{ floor_division(
        ten_thousandths(amount) ~ ' * ' ~ scale,
        'nullif(' ~ ten_thousandths(total) ~ ', 0)',
    ) }}
{%- endmacro %}


{#-
    A decimal with four places in ten-thousandths, a whole number. Wider than it is stored: a gross product in yuan
    times ten thousand has more than 18 digits.
-#}
{% macro ten_thousandths(amount) -%}
    cast(cast({{ amount }} as decimal(28, 4)) * 10000 as {{ whole_number() }})
{%- endmacro %}


{#-
    The columns of a report that show one factor: which one, and what of it, says each column's own
    `meta: {factor, shows}` in the report's YAML. `relation` has a row per factor, a report one per standard.
-#}
{% macro factor_columns(report, relation) -%}
    {%- set shown = {'share': 'share', 'per_thousand': 'standard_per_thousand'} -%}
    {%- for column in columns_of_factors(report) %}
    {{ from_millionths(
        'max(' ~ relation ~ '.' ~ shown[column.meta.shows] ~ ") filter (where " ~ relation ~ ".factor = '"
        ~ column.meta.factor ~ "')"
    ) }} as {{ column.name }},
    {%- endfor %}
{%- endmacro %}


{#- The columns of a report that show a factor, as its YAML lists them; none while dbt only parses. -#}
{% macro columns_of_factors(report) -%}
    {%- set found = [] -%}
    {%- if execute -%}
    {%- for column in graph.nodes['model.gonghui.' ~ report].columns.values() if column.meta.factor -%}
    {%- do found.append(column) -%}
    {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}
