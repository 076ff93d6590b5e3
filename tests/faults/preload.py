"""What a refresh imports, some five seconds of it: for the process that the tests' refreshes fork from."""

# ruff: noqa: F401
import dbt.adapters.duckdb.connections
import dbt.cli.main
import dbt_common.events.functions

import orchestration.cli
import orchestration.dbt_build
import orchestration.landing.workbook
import orchestration.publishing.files
import orchestration.publishing.publish
import orchestration.refresh
import orchestration.request
import orchestration.supervisor

# A machine without memory may stand still.
orchestration.supervisor.LOOK_SECONDS = 1
orchestration.supervisor.LOOKS_AT_STANDSTILL = 30

# Of some 200 dbt tests those of one column are left out: each costs as much as a model, and they are alike.
orchestration.refresh.PROVED += (
    "test_name:not_null",
    "test_name:accepted_values",
    "test_name:relationships",
)
