"""The rooms of the graph, and who answers for each: shown in Dagster as the owner of its assets."""

LANDING = "landing"
PUBLISHING = "publishing"

DATA_PLATFORM = "team:数据平台"
OFFICE = "team:领导小组办公室"

OWNERS = {
    LANDING: DATA_PLATFORM,
    "raw": DATA_PLATFORM,
    "reference": OFFICE,
    "sample": DATA_PLATFORM,
    "staging": DATA_PLATFORM,
    "intermediate": DATA_PLATFORM,
    "indicators": OFFICE,
    "judging": OFFICE,
    "compliance": OFFICE,
    "quality": DATA_PLATFORM,
    PUBLISHING: DATA_PLATFORM,
}
"""The owner of each room, by its name: dbt's schema, or the group of what is no dbt node."""
