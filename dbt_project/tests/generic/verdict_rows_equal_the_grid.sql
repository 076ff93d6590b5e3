{#- Every cell of the grid has its verdict, and no verdict stands outside of it. -#}
{% test verdict_rows_equal_the_grid(model) %}
    select
        coalesce(grid.requirement_id, verdicts.requirement_id) as requirement_id,
        coalesce(grid.org_code, verdicts.org_code) as org_code,
        coalesce(grid.as_of_month, verdicts.as_of_month) as as_of_month
    from {{ ref('int_requirement_grid') }} as grid
    full outer join {{ model }} as verdicts
        on
            grid.as_of_month = verdicts.as_of_month
            and grid.org_code = verdicts.org_code
            and grid.role = verdicts.role
            and grid.requirement_id = verdicts.requirement_id
    where
        grid.requirement_id is null
        or verdicts.requirement_id is null
{% endtest %}
