"""One refresh, in this process: the same job that the schedule runs at night."""

import dagster as dg

from orchestration.definitions import REFRESH, build_definitions
from orchestration.publishing.release import read_release, verdict_counts
from orchestration.request import Request


def refresh(request: Request) -> str:
    """Land, build, audit and publish; returns the line that says what was published.

    The caller holds the home's lock. Raises what the rooms raise: UsageFault, ReferenceRefused, InputRefused,
    LandingFailed, BuildFailed, PublishingRefused.
    """
    home = request.home
    config = {
        "home": str(home.root),
        "inbox": str(request.inbox or ""),
        "as_of": str(request.as_of or ""),
        "accept": sorted(request.accept),
    }
    job = build_definitions(home).resolve_job_def(REFRESH)
    # Not the daemon's storage: a run of the command line that is killed would stand there as running,
    # and the nightly run would for ever queue behind it. Writing every event to disk also takes seconds.
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        run_config = {
            "resources": {"run": {"config": config}},
            # Dagster's chatter is for its UI; the terminal is for the project's own lines.
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        }
        try:
            job.execute_in_process(instance=instance, run_config=run_config)
        except dg.DagsterExecutionInterruptedError:  # what Dagster makes of Ctrl-C
            raise KeyboardInterrupt from None
    release = read_release(home.published_file)
    sample = " (sample data)" if release.is_sample else ""
    verdicts = verdict_counts(home.published_file).items()
    counts = ", ".join(f"{status} {count}" for status, count in verdicts)
    return (
        f"published {home.published_file}: release {release.release_id}{sample}, "
        f"as of {release.as_of_month:%Y-%m}: {counts}"
    )
