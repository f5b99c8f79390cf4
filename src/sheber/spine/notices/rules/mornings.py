"""When a digest is due, by the clock of the person."""

import datetime as dt
from typing import Final, Literal
from zoneinfo import ZoneInfo

MORNING: Final = dt.time(7)
Digest = Literal["daily", "weekly"]


def digest_day(kind: Digest, *, now: dt.datetime, zone: ZoneInfo, oldest: dt.datetime, last_on: dt.date | None) -> dt.date | None:
    """The day for which a digest is due now, or ``None``.

    Due: since the oldest notice that waits, a morning has come (of a Monday for weekly ones). ``last_on``, the day of the last digest,
    keeps a clock that stepped back from making a second one on the same day or in the same week; a last digest further ahead than that
    was dated by a clock that had run ahead, and stops nothing.
    """
    here = now.astimezone(zone)
    morning = dt.datetime.combine(here.date(), MORNING, tzinfo=zone)
    if kind == "weekly":
        morning -= dt.timedelta(days=here.weekday())
    if morning > here:
        morning -= dt.timedelta(days=7 if kind == "weekly" else 1)
    if oldest >= morning:
        return None
    period, span = _period(kind, morning.date()), dt.timedelta(days=7 if kind == "weekly" else 1)
    if last_on is not None and period <= _period(kind, last_on) <= period + span:
        return None
    return here.date()


def _period(kind: Digest, day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday()) if kind == "weekly" else day
