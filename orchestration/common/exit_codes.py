"""What `gonghui` tells a shell of how a command ended (contract §1)."""

DONE = 0
FAILED = 1
"""A refresh that did not publish, or a home that somebody should look at."""
REFUSED = 2
BUSY = 3
INTERRUPTED = 130
"""What a shell says of a command that Ctrl-C ended."""

OURS = frozenset({DONE, FAILED, REFUSED, BUSY, INTERRUPTED})
