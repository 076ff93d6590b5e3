with weights as (
    {{ entered_or_invented('factor_weights', 'sample_factor_weights', ['requirement_id', 'factor', 'weight']) }}
),

requirements as (
    select * from {{ ref('requirements') }}
),

labels as (
    select * from {{ ref('factor_labels') }}
)

select
    weights.requirement_id,
    requirements.title as requirement_title,
    weights.factor,
    labels.label as factor_label,
    weights.weight,
    weights.is_sample
from weights
inner join requirements
    on weights.requirement_id = requirements.requirement_id
inner join labels
    on weights.factor = labels.factor
