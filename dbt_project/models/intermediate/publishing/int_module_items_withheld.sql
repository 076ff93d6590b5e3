with counts as (
    select * from {{ ref('int_module_items_year_to_date') }}
),

limits as (
    select * from {{ ref('small_count_limits') }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

requirement_modules as (
    select * from {{ ref('int_requirement_modules') }}
),

-- What the verdicts of a role tell of a module: its own numbers, or a total that it is part of.
told as (
    select
        requirements.role,
        requirement_modules.module_code,
        bool_or(requirements.module_key is not null) as is_told_alone
    from requirements
    inner join requirement_modules
        on requirements.requirement_id = requirement_modules.requirement_id
    group by requirements.role, requirement_modules.module_code
),

-- Completed items are the smallest of a row's three counts: where they reach the limit, all do.
rows_to_judge as (
    select
        counts.*,
        limits.withheld_below,
        counts.platform_items_completed < coalesce(limits.withheld_below, 0) as is_small,
        (of_departments.module_code is not null or of_locals.module_code is not null)
        and not coalesce(of_departments.is_told_alone, false)
        and not coalesce(of_locals.is_told_alone, false) as is_hidden_in_a_total
    from counts
    left join limits
        on counts.module_code = limits.module_code
    left join told as of_departments
        on
            counts.is_department
            and of_departments.role = 'department'
            and counts.module_code = of_departments.module_code
    left join told as of_locals
        on
            counts.is_local
            and of_locals.role = 'local'
            and counts.module_code = of_locals.module_code
),

-- A total never parts the modules of one category that do, or do not, track completion. Among them the order is
-- fixed, those with a limit first: so what is withheld only shrinks from month to month of a year, and no month
-- between two that are shown is hidden.
ordered as (
    select
        *,
        max(case when is_small then withheld_below else null end) over totals as limit_of_total,
        max(case when is_small then platform_items_completed else null end) over totals as largest_small,
        sum(platform_items_completed) over before_it as completed_before,
        max(case when is_small then 1 else 0 end) over from_it_on = 1 as is_before_a_small_one
    from rows_to_judge
    window
        totals as (partition by as_of_month, org_code, category, tracks_completion, is_hidden_in_a_total),
        before_it as (
            partition by as_of_month, org_code, category, tracks_completion, is_hidden_in_a_total
            order by withheld_below is null, module_code
            rows between unbounded preceding and 1 preceding
        ),
        from_it_on as (
            partition by as_of_month, org_code, category, tracks_completion, is_hidden_in_a_total
            order by withheld_below is null, module_code
            rows between current row and unbounded following
        )
)

-- As many rows are withheld beside the small ones as it takes to hide each of them among at least the limit.
select
    as_of_month,
    org_code,
    org_name,
    module_code,
    module_name,
    category,
    items,
    platform_items,
    platform_items_completed,
    coalesce(
        is_small
        or (
            is_hidden_in_a_total
            and (is_before_a_small_one or completed_before - largest_small < limit_of_total)
        ),
        false
    ) as is_withheld
from ordered
