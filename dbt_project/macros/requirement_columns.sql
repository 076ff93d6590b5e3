{#- The four columns of one requirement in a report: `verdicts` has a row per requirement, a report a row per org. -#}
{% macro requirement_columns(requirement_id, prefix) -%}
    max(verdicts.observed) filter (where verdicts.requirement_id = '{{ requirement_id }}') as {{ prefix }}_value,
    max(verdicts.threshold) filter (where verdicts.requirement_id = '{{ requirement_id }}') as {{ prefix }}_target,
    max(verdicts.gap) filter (where verdicts.requirement_id = '{{ requirement_id }}') as {{ prefix }}_gap,
    max(verdicts.status_label) filter (where verdicts.requirement_id = '{{ requirement_id }}') as {{ prefix }}_status
{%- endmacro %}
