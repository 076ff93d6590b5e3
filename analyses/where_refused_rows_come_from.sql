-- 谁问：数据平台，与导出的经办人对账时。
-- 怎么看：每个导出被退回的行，按原因和列归拢；share_of_export 是占读入行数的小数，files 是涉及的文件数。
with refused as (
    select * from {{ ref('quality__rejected_rows') }}
),

landed as (
    select * from {{ ref('quality__landed_exports') }}
)

select
    landed.export_label,
    landed.export_date,
    refused.reason_label,
    refused.column_name,
    count(*) as rows_refused,
    cast(count(*) as double) / max(landed.rows_read) as share_of_export,
    count(distinct refused.file_name) as files  -- a file with several such rows is one file
from refused
inner join landed
    on refused.export_name = landed.export_name
group by
    landed.export_label,
    landed.export_date,
    refused.reason_label,
    refused.column_name
order by rows_refused desc, landed.export_label asc
