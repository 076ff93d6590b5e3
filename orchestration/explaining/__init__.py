"""Answers out of releases: one verdict explained, releases as told, two compared, causes named."""
