{#-
    A waiver holds until a day. Once the month judged ends after it, the office renews it or takes it off the
    ledger; until then nothing is published. `message` is what a refresh tells of a row that fails.
-#}
{% test no_waiver_has_expired(model) %}
    with last_day as (
        select max(last_day) as last_day from {{ ref('int_as_of_months') }}
    )

    select
        waivers.org_code,
        waivers.requirement_id,
        waivers.month_from,
        waivers.expires_on,
        'waivers.csv: the waiver of ' || waivers.requirement_id || ' for ' || waivers.org_code
        || ' from ' || cast(waivers.month_from as string) || ' expired on ' || cast(waivers.expires_on as string)
        || ', before the month judged ended: have it approved anew and set expires_on to a later day, or delete the row'
        as message
    from {{ model }} as waivers
    cross join last_day
    where waivers.expires_on < last_day.last_day
{% endtest %}
