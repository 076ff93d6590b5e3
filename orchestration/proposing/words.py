"""Numbers of a proposal as its readers write them; what is not whole is cut, never rounded up."""

from decimal import Decimal
from fractions import Fraction


def wan(amount: Decimal | Fraction) -> str:
    """An amount in 万 with as many places as it has, four at most, which are persons: `2.5`, `1,200`."""
    return _trimmed(_cut(Fraction(amount), 4))


def percent(share: Fraction) -> str:
    """A share of 1: `34.78%`, `30%`; what is below 0 with its sign."""
    return f"{_trimmed(_cut(share * 100, 2))}%"


def signed_percent(share: Fraction) -> str:
    """A change: `+5.26%`, `-30%`, `0%`."""
    return f"{'+' if share > 0 else ''}{percent(share)}"


def _cut(number: Fraction, places: int) -> Decimal:
    """Towards nought, after so many places."""
    return Decimal(int(number * 10**places)).scaleb(-places)


def _trimmed(number: Decimal) -> str:
    """A number that has places, without those that say nothing."""
    return f"{number:,f}".rstrip("0").rstrip(".")
