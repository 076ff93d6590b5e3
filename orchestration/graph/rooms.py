"""Who answers for what in each room of the graph: shown in Dagster as the owner of its assets."""

DATA_PLATFORM = "team:数据平台"
OFFICE = "team:领导小组办公室"

OWNERS = {
    "landing": DATA_PLATFORM,
    "raw": DATA_PLATFORM,
    "reference": OFFICE,
    "staging": DATA_PLATFORM,
    "intermediate": DATA_PLATFORM,
    "indicators": OFFICE,
    "judging": OFFICE,
    "compliance": OFFICE,
    "quality": DATA_PLATFORM,
    "publishing": DATA_PLATFORM,
}
"""The owner of each room, by its name: dbt's schema, or the group of what is no dbt node."""
