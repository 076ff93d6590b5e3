{#-
    The one place where a measure meets its threshold (contract §4, "the first that fits").

    `inputs` has, per verdict: kind, is_landed, is_reached, is_due, numerator, denominator, threshold (null where
    none is set), unset_status (what a missing threshold means) and is_open (it may still be met within its period).
-#}
{% macro judge(inputs) -%}
    select
        *,
        case
            when not is_landed or not is_reached then 'NO_DATA'
            when kind = 'monitor' then 'MONITOR_ONLY'
            when denominator = 0 or not is_due then 'NOT_APPLICABLE'
            when threshold is null then unset_status
            when numerator >= threshold * coalesce(denominator, 1) then 'PASS'
            when is_open then 'IN_PROGRESS'
            else 'FAIL'
        end as status
    from {{ inputs }}
{%- endmacro %}
