"""What the caller's environment may not say: dbt and Dagster would take their options from it."""

import os


def close_the_door(*prefixes: str) -> None:
    """Remove the variables whose names begin with one of `prefixes`, in whatever case, from this process."""
    for name in [*os.environ]:
        if name.upper().startswith(prefixes):
            del os.environ[name]
