"""One refresh from request to release, walked by the command line and by Dagster alike."""
