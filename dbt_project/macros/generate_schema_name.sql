{#-
    Rooms are schemas: `compliance.fct_verdicts` is called so in every target. A cluster is shared: there a home's
    schemas begin with its own name.
-#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema ~ '_' if target.type == 'spark' }}{{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
