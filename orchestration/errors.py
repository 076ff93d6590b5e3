"""What goes wrong in more than one room."""


class UsageFault(Exception):
    """What was asked for cannot be done (exit code 2); the message says why, and what can."""


class RefreshDied(Exception):
    """A refresh that ended without a word: a signal ended it, or the C runtime gave up (exit code 1)."""
