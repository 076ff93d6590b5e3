{#-
    第十四条：本工作安排自印发之日起施行；文件于 2020 年 3 月 20 日印发，各项指标都从这一天起。
    A warning at night, so that an office may add a requirement of a later day; an error in the project's own tests.
-#}
{{ config(severity='warn') }}

select
    requirement_id,
    effective_on
from {{ ref('requirements') }}
where effective_on is distinct from cast('2020-03-20' as date)
