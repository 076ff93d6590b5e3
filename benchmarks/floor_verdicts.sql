-- The verdicts of floor.py, from the flows of each export and the reference seeds. Months are year * 12 + month.
-- A requirement's numbers lie in `flows` as what each month adds; `year` sums those of the calendar year, `stock`
-- all of them, `month` the one month's.
create table flows as
with
users as (
    select *, certified is not null and (cancelled is null or cancelled > certified) as counts_certified
    from registered_users_flows
),
items as (
    select f.*, m.module_key, m.category, m.tracks_completion = 'true' as tracks
    from workflow_items_flows as f inner join modules as m on m.module_code = cast(f.module_code as varchar)
    where f.status not in ('withdrawn', 'duplicate', 'transferred')
),
used as (
    select org_code, module_key, category, tracks, accepted as month,
        sum(n) filter (channel = 'platform') as platform, sum(n) as total
    from items group by all
),
done as (
    select org_code, module_key, category, tracks, completed as month, sum(n) as completed
    from items
    -- A reopened item keeps its completion time.
    where channel = 'platform' and status = 'completed' and (completed - 1) // 12 = (accepted - 1) // 12
    group by all
),
-- 9.1 of a group is that of its members and its own.
annexed as (
    select org_code, org_code as unit from organizations
    union
    select org_code, target_unit_code from organizations where target_unit_code is not null
)
select cast(org_code as varchar) as org_code, requirement_id, cast(month as integer) as month,
    cast(sum(num) as bigint) as num, cast(sum(den) as bigint) as den
from (
    select org_code, '8.1' as requirement_id, onlined as month, n as num, 0 as den
    from process_applications_flows where onlined is not null
    union all
    select org_code, '8.1', approved, 0, n from process_applications_flows where approved is not null
    union all
    select org_code, '8.2.' || module_key, month, platform, total from used
    where module_key in ('external_meetings', 'internal_meetings')
    union all
    select org_code, '8.3.' || module_key, month, platform, total from used
    where module_key in ('documents', 'notices', 'information_reports')
    union all
    select org_code, '8.4.' || module_key, month, 0, platform from used
    where module_key in ('documents', 'proposals', 'petitions')
    union all
    select org_code, '8.4.' || module_key, month, completed, 0 from done
    where module_key in ('documents', 'proposals', 'petitions')
    union all
    select org_code, '4.business_usage', month, platform, total from used where category = 'business'
    union all
    select org_code, '4.business_completion', month, 0, platform from used where category = 'business'
    union all
    select org_code, '4.business_completion', month, completed, 0 from done where category = 'business'
    union all
    select org_code, '9.4.' || category, month, 0, platform from used where tracks
    union all
    select org_code, '9.4.' || category, month, completed, 0 from done where tracks
    union all
    select org_code, '8.9', published, n, 0 from articles_flows where withdrawn is null or withdrawn > published
    union all
    select org_code, '9.5.month', published, n, 0 from articles_flows
    where channel_scope = 'local' and (withdrawn is null or withdrawn > published)
    union all
    select org_code, unnest(['8.10.benefits', '9.7']), month, n, 0 from benefit_services_flows
    where status = 'published'
    union all
    select org_code, unnest(['8.10.activities', '9.8']), month, n, 0 from activities_flows
    where status = 'published'
    union all
    -- Adopted in its year or ahead of it; a later one never counts.
    select org_code, '8.11', greatest(adopted, plan_year * 12 + 1), n, 0 from promotion_plans_flows
    where (adopted - 1) // 12 <= plan_year
    union all
    select annexed.unit, '9.1', registered, n, 0
    from users inner join annexed on annexed.org_code = cast(users.org_code as varchar)
    union all
    select org_code, '9.2', registered, 0, n from users
    union all
    select org_code, '9.2', cancelled, 0, -n from users where cancelled is not null
    union all
    select org_code, '9.2', certified, n, 0 from users where counts_certified
    union all
    select org_code, '9.2', cancelled, -n, 0 from users where counts_certified and cancelled is not null
    union all
    select org_code, '9.3.members', month, case when channel = 'platform' then n else 0 end, n
    from new_members_flows
    union all
    select org_code, '9.3.unions', month, case when channel = 'platform' then n else 0 end, n
    from new_unions_flows
    union all
    select org_code, '9.6', month, views, 0 from channel_visits_flows
    union all
    select org_code, '5.cadres', entered, n, 0 from cadres_flows
    union all
    select org_code, '5.cadres', left_in, -n, 0 from cadres_flows where left_in is not null
)
group by all;

create table grid as
select m.month, (m.month - 1) // 12 as year, make_date((m.month - 1) // 12, (m.month - 1) % 12 + 1, 1) as as_of_month,
    o.org_code, r.role, r.requirement_id, r.clause_id, r.kind, r.target_source, o.target_unit_code,
    o.channel_opened_on, cast(r.effective_on as date) as effective_on,
    case
        when r.requirement_id in ('8.1', '9.2', '5.cadres') then 'stock'
        when r.requirement_id = '9.5.month' then 'month'
        else 'year'
    end as period,
    r.kind = 'ratio' or r.requirement_id like '4.%' as has_denominator
from (select unnest(range(2020 * 12 + 3, 2022 * 12 + 13)) as month) as m
cross join organizations as o
inner join requirements as r
    on (r.role = 'department' and o.is_department = 'true') or (r.role = 'local' and o.is_local = 'true')
where o.org_type <> 'target_group' or r.requirement_id = '9.1';

create table measured as
with sums as (
    select g.month, g.org_code, g.requirement_id, sum(f.num) as num, sum(f.den) as den
    from grid as g
    inner join flows as f
        on f.org_code = g.org_code and f.requirement_id = g.requirement_id and f.month <= g.month
        and (g.period = 'stock' or (g.period = 'year' and f.month > g.year * 12) or f.month = g.month)
    group by all
)
select g.*, coalesce(s.num, 0) as num, case when g.has_denominator then coalesce(s.den, 0) end as den,
    case
        when g.requirement_id = '9.1' and g.org_code = g.target_unit_code
            then cast(a.target_wan as decimal(18, 4)) * 10000
        else cast(t.threshold as decimal(18, 4))
    end as threshold,
    case
        when g.requirement_id = '9.5.month'
            then g.effective_on <= g.as_of_month and coalesce(cast(g.channel_opened_on as date) <= g.as_of_month, true)
        else true
    end as is_due
from grid as g
left join sums as s using (month, org_code, requirement_id)
left join thresholds as t
    on t.requirement_id = g.requirement_id and g.year >= cast(t.year_from as integer)
    and g.year <= coalesce(cast(t.year_to as integer), g.year)
left join registration_targets as a on a.target_unit_code = g.target_unit_code and cast(a.year as integer) = g.year
where g.kind <> 'derived' and g.requirement_id <> '9.5';

create macro judged(kind, num, den, threshold, is_due, unset, is_open) as case
    when kind = 'monitor' then 'MONITOR_ONLY'
    when den = 0 or not is_due then 'NOT_APPLICABLE'
    when threshold is null then unset
    when num >= threshold * coalesce(den, 1) then 'PASS'
    when is_open then 'IN_PROGRESS'
    else 'FAIL'
end;

create table first_verdicts as
select *, judged(
    kind, num, den, threshold, is_due, case when requirement_id = '9.1' then 'NO_TARGET' else 'THRESHOLD_UNSET' end,
    kind = 'count' and period <> 'month' and month % 12 <> 0
) as status
from measured;

create table all_verdicts as
with months_of_year as (
    select g.month, g.org_code, count(*) filter (v.status = 'PASS') as num, count(*) filter (v.is_due) as den
    from grid as g
    inner join first_verdicts as v
        on v.requirement_id = '9.5.month' and v.org_code = g.org_code and v.month between g.year * 12 + 1 and g.month
    where g.requirement_id = '9.5'
    group by all
),
guided as (
    select v.month, d.department_code, s.requirement_id, d.local_org_code,
        case when bool_or(v.status = 'FAIL') then 'FAIL' when bool_or(v.status = 'IN_PROGRESS') then 'IN_PROGRESS'
            else 'PASS' end as status
    from guidance as d
    inner join first_verdicts as v on v.org_code = d.local_org_code
    inner join requirement_sources as s on s.source_requirement_id = v.requirement_id
    where v.status in ('PASS', 'FAIL', 'IN_PROGRESS')
    group by all
),
roll_up as (
    select month, department_code, requirement_id, count(*) filter (status = 'PASS') as num, count(*) as den,
        bool_or(status = 'FAIL') as has_failed
    from guided group by all
),
later as (
    select g.*, coalesce(m.num, r.num, 0) as num, coalesce(m.den, r.den, 0) as den, coalesce(r.has_failed, false) as has_failed,
        cast(t.threshold as decimal(18, 4)) as threshold
    from grid as g
    left join months_of_year as m on g.requirement_id = '9.5' and m.month = g.month and m.org_code = g.org_code
    left join roll_up as r on r.month = g.month and r.department_code = g.org_code and r.requirement_id = g.requirement_id
    left join thresholds as t
        on t.requirement_id = g.requirement_id and g.year >= cast(t.year_from as integer)
        and g.year <= coalesce(cast(t.year_to as integer), g.year)
    where g.kind = 'derived' or g.requirement_id = '9.5'
)
select * from first_verdicts
union all by name
select *, judged(kind, num, den, threshold, true, null, kind = 'derived' and not has_failed) as status from later;

create schema floor.compliance;
create table floor.compliance.fct_verdicts as
select as_of_month, org_code, role, requirement_id, clause_id, num as numerator, den as denominator,
    case when den is null then cast(num as double) when den = 0 then null else cast(num as double) / den end as observed,
    threshold,
    case
        when status in ('PASS', 'FAIL', 'IN_PROGRESS')
            then cast(greatest(ceil(threshold * coalesce(den, 1)) - num, 0) as bigint)
    end as gap,
    status,
    -- All exports are dated after the last as-of month.
    status <> 'THRESHOLD_UNSET' and (
        month % 12 = 0 or requirement_id = '9.5.month' or (kind = 'count' and status = 'PASS')
        or (requirement_id = '9.5' and status = 'FAIL')
    ) as is_final
from all_verdicts;

create schema floor.quality;
create table floor.quality.landed_exports as from landed_exports;
create table floor.quality.rejected_rows as from rejected_rows;
