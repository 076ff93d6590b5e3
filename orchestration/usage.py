"""What a command cannot do as it was asked."""


class UsageFault(Exception):
    """What was asked for cannot be done (exit code 2); the message says why, and what can."""
