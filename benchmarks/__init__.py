"""How fast a refresh is, beside the least that the same work can cost: see run.py."""
