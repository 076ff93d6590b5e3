"""Inboxes: valid for the most part, with something wrong, or rare, here and there."""

from tests.fuzz.generate.inboxes import inboxes, second_landings

__all__ = ["inboxes", "second_landings"]
