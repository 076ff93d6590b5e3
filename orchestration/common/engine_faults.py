"""What DuckDB could not do, in a sentence without its own text, which may quote a row."""

import duckdb

from orchestration.common.settings import MEMORY_VARIABLE, Settings
from orchestration.language import _

_NO_SPACE = ("No space left", "File too large", "disk quota")


def is_of_a_full_disk(text: str) -> bool:
    """Whether an engine says that it could write no more."""
    return any(words.casefold() in text.casefold() for words in _NO_SPACE)


def sentence(error: duckdb.Error) -> str:
    """Tell what went wrong, and what to do about it where that is known."""
    text = str(error)
    if is_of_a_full_disk(text):
        return _("the disk is full: free some space where the home lies, then refresh again")
    if isinstance(error, duckdb.OutOfMemoryException) or "bad_alloc" in text or "allocate" in text:
        limit = Settings.read("memory").memory
        return _(
            "memory ran out, with {variable} at {limit}: set it higher; or lower, where the "
            "machine has no more, so that DuckDB spills to disk in time; then refresh again"
        ).format(variable=MEMORY_VARIABLE, limit=limit)
    return _("DuckDB failed with {error}").format(error=type(error).__name__)
