"""What tests of the site ask for."""

from collections.abc import Callable, Iterator

Rows = Callable[[str], list[tuple]]
"""The rows of a query over the published file."""
Changed = Callable[..., Iterator[tuple[str, str]]]
"""The pages, by path, of a published file in which some statements were run."""
