"""For whoever keeps a home running: how it stands, when the night is, whom to call.

Imports neither Dagster nor dbt: a monitor that asks for the status every minute need not wait for them.
"""
