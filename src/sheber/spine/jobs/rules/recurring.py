"""When recurring work is started: once in each period, whatever the clock does."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether to start the work now, and when it comes next."""

    start: bool
    next_at: dt.datetime


def turn(*, next_at: dt.datetime | None, every: dt.timedelta, now: dt.datetime) -> Turn:
    """What to do at ``now``, by the clock of the database.

    New work is started at once. Periods missed (no worker was there, the clock jumped forward) become one start, and the rhythm is
    kept. When the clock was set back the next start stays where it is, so that nothing runs twice; only when it would be more
    than two periods away it is set to one period from now, so that nothing stands still for long either.
    """
    if next_at is None:
        return Turn(start=True, next_at=now + every)
    if now >= next_at:
        return Turn(start=True, next_at=next_at + every * ((now - next_at) // every + 1))
    if next_at - now > 2 * every:
        return Turn(start=False, next_at=now + every)
    return Turn(start=False, next_at=next_at)
