"""What a refresh imports, some five seconds of it: for the process that the tests' refreshes fork from."""

# ruff: noqa: F401
import dbt.adapters.duckdb.connections
import dbt.cli.main
import dbt_common.events.functions

import orchestration.bulletin.documents
import orchestration.bulletin.site
import orchestration.bulletin.workbooks
import orchestration.cli.main
import orchestration.cli.supervisor
import orchestration.dbt_build
import orchestration.landing.workbook
import orchestration.publishing.parquet
import orchestration.publishing.publish
import orchestration.refreshing.building
import orchestration.refreshing.refresh
import orchestration.refreshing.request

# A machine without memory may stand still.
orchestration.cli.supervisor.LOOK_SECONDS = 1
orchestration.cli.supervisor.LOOKS_AT_STANDSTILL = 30

# Of some 200 dbt tests those of one column are left out: each costs as much as a model, and they are alike.
orchestration.refreshing.building.PROVED += (
    "test_name:not_null",
    "test_name:accepted_values",
    "test_name:relationships",
)
