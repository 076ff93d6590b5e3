"""The dashboard 达标总览 as an import bundle for Apache Superset, written out of the published file's words.

`bi/superset/` is Superset's export format, version 1.0.0: a tree of YAML files that refer to each other by
UUID. What a dataset's columns are called and mean comes from the comments of the warehouse, what is counted
over them from dbt's semantic model (`metrics`); what the charts show stands in `charts`, how they lie on the
dashboard in `dashboard`.
"""
