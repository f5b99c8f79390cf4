"""When a delivery is tried again, and when a webhook is switched off."""

import datetime as dt
from typing import Final

MINUTE_S: Final = 60
HOUR_S: Final = 3600
WAITS_S: Final = (5, 5 * MINUTE_S, 30 * MINUTE_S, 2 * HOUR_S, 5 * HOUR_S, 10 * HOUR_S, 14 * HOUR_S, 20 * HOUR_S, 24 * HOUR_S)
"""Seconds after the first attempt, the second …: ten attempts within about three days, as Standard Webhooks advises."""
JITTER_SHARE: Final = 0.1
LONGEST_ASKED_S: Final = 6 * HOUR_S
PATIENCE: Final = dt.timedelta(days=5)
"""A webhook to which nothing got through for so long is switched off."""
GONE: Final = 410
"""The receiver says that it wants no more: switched off at once."""


def next_wait_s(attempts: int, *, chance: float, asked_s: float | None = None) -> float | None:
    """Seconds until the next attempt after ``attempts`` of them, ``None`` when that was the last.

    ``chance`` 0..1 spreads the waits by a tenth either way, so that receivers that come back are not met by all at once; ``asked_s`` is
    what the receiver asked for (``Retry-After``), heeded up to six hours.
    """
    if not 1 <= attempts <= len(WAITS_S):
        return None
    wait = WAITS_S[attempts - 1] * (1 + JITTER_SHARE * (2 * chance - 1))
    return max(wait, min(asked_s or 0, LONGEST_ASKED_S))


def longest_wait_s(attempts: int) -> float:
    """The longest a message may have to wait after ``attempts`` attempts; one that is to wait longer was put off by another clock."""
    if attempts < 1:
        return 0.0
    return max(WAITS_S[min(attempts, len(WAITS_S)) - 1] * (1 + JITTER_SHARE), LONGEST_ASKED_S)


def given_up(*, failing_since: dt.datetime | None, now: dt.datetime, status: int | None) -> bool:
    """Whether the webhook is switched off after a failed attempt."""
    return status == GONE or (failing_since is not None and now - failing_since >= PATIENCE)


def asked_wait_s(header: str) -> float | None:
    """``Retry-After`` in whole seconds; a date, or anything else, is not heeded."""
    return float(header) if header.isascii() and header.isdigit() and len(header) < 7 else None
