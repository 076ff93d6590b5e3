"""What an issued document says beyond a draft: its number, its date, what it corrects."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Issue:
    """An issue of the documents of a month; without one they are drafts, marked so."""

    number: str
    """发文字号, as 川工办通〔2020〕12号."""
    issued_on: date
    """成文日期."""
    corrects: str | None = None
    """The number of the issue that this one takes the place of."""
    changes: tuple[str, ...] = ()
    """What differs from that one, in words, a line each."""
