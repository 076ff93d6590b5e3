"""How dates and times are spelled, and the SQL that reads them (contract §2, "Dates").

A moment is Beijing time without a zone; one with `Z` or an offset is turned into it, fractions are dropped.
"""

from orchestration.landing.cells import WHITE_SPACE

_SPACES = f"[{WHITE_SPACE}]"
_TIME = (
    rf"(?:(?:{_SPACES}+|T)(?:(上午|下午){_SPACES}*)?(\d{{1,2}}):(\d{{2}})(?::(\d{{2}})(?:\.\d+)?)?"
    rf"(?:{_SPACES}*(Z|[+-]\d{{2}}(?::?\d{{2}})?))?)?"
)
_DAYS = (
    r"\d{4}-\d{1,2}-\d{1,2}",
    r"\d{4}/\d{1,2}/\d{1,2}",
    r"\d{4}\.\d{1,2}\.\d{1,2}",
    r"\d{8}",
    r"\d{4}年\d{1,2}月\d{1,2}日",
)
_SPELLED = f"(?:{'|'.join(_DAYS)}){_TIME}"
# Takes apart what is spelled so.
_PARTS = rf"^(\d{{4}})[-/.年]?(\d{{1,2}})[-/.月]?(\d{{1,2}})日?{_TIME}$"
_NAMES = ("year", "month", "day", "half", "hour", "minute", "second", "zone")

_BEIJING = 8 * 3600
_MOST_HOURS_AHEAD = 14


def parts(text: str) -> str:
    """Take the text of a moment apart, into a struct of texts; null where it is none."""
    return f"""CASE WHEN {text} < ':' AND regexp_full_match({text}, '{_SPELLED}')
        THEN regexp_extract({text}, '{_PARTS}', {list(_NAMES)}) END"""


def instant(parts: str, *, may_be_blank: bool) -> str:
    """The timestamp that the parts of a moment say; null where there is none: on 30 February, at 25:00.

    Where the column may be blank, 0000-00-00 is one in the year 9999: `is_never` holds of both.
    """
    no_day = "TIMESTAMP '9999-01-01'" if may_be_blank else "CAST(NULL AS TIMESTAMP)"
    hour, minute, second, month, day = (
        f"coalesce(try_cast({parts}.{name} AS INTEGER), 0)"
        for name in ("hour", "minute", "second", "month", "day")
    )
    hour = f"""CASE {parts}.half
        WHEN '上午' THEN CASE WHEN {hour} <= 12 THEN {hour} % 12 END
        WHEN '下午' THEN CASE WHEN {hour} <= 12 THEN {hour} % 12 + 12 ELSE {hour} END
        ELSE {hour} END"""
    seconds = f"({hour}) * 3600 + {minute} * 60 + {second}"
    midnight = f"try_cast(concat_ws('-', {parts}.year, {parts}.month, {parts}.day) AS TIMESTAMP)"
    return f"""CASE
        WHEN {parts} IS NULL THEN NULL
        WHEN {parts}.year = '0000'
            THEN CASE WHEN {month} = 0 AND {day} = 0 THEN {no_day} END
        WHEN {minute} < 60 AND {second} < 60 AND {seconds} <= 86400 AND {_ahead(parts)} IS NOT NULL
            THEN {midnight} + to_seconds({seconds} + {_BEIJING} - {_ahead(parts)})
    END"""


def _ahead(parts: str) -> str:
    """How many seconds its zone is ahead of Greenwich: Beijing's where it has none, null for one nowhere."""
    zone = f"{parts}.zone"
    minutes = f"CASE WHEN strlen({zone}) > 3 THEN CAST(right({zone}, 2) AS INTEGER) ELSE 0 END"
    return f"""CASE {zone} WHEN '' THEN {_BEIJING} WHEN 'Z' THEN 0
        ELSE CASE
            WHEN CAST({zone}[2:3] AS INTEGER) <= {_MOST_HOURS_AHEAD} AND {minutes} < 60
                THEN CASE {zone}[1] WHEN '-' THEN -1 ELSE 1 END
                    * (CAST({zone}[2:3] AS INTEGER) * 3600 + ({minutes}) * 60)
        END END"""


def is_never(moment: str) -> str:
    """Test a moment for one that systems write which cannot leave it blank: in 9999, or on 1900-01-01."""
    return (
        f"({moment} >= TIMESTAMP '9999-01-01'"
        f" OR {moment} >= TIMESTAMP '1900-01-01' AND {moment} < TIMESTAMP '1900-01-02')"
    )
