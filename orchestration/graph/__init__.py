"""All that is Dagster: the graph's assets and checks, what starts a run of it, and the daemon and UI over it.

Everything here may import what does the work; nothing that does the work imports Dagster.
"""
