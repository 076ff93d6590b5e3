{#- The number a person reads: the ratio (null over zero), or the count where there is no denominator. -#}
{% macro observed(numerator, denominator) -%}
    case
        when {{ denominator }} is null then cast({{ numerator }} as double)
        when {{ denominator }} = 0 then null
        else cast({{ numerator }} as double) / {{ denominator }}
    end
{%- endmacro %}
