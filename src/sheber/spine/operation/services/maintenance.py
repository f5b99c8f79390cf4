"""Closed for maintenance: while the note lies in the data folder, every page answers 503 with one sentence."""

import datetime as dt
import time
from typing import Final

from django.utils import timezone

from . import places

NOTE: Final = "maintenance.json"
RETRY_S: Final = 120
_LOOK_EVERY_S: Final = 0.5
_seen: dict[str, tuple[float, int]] = {}


def maintenance_begin(*, minutes: int = 0, why: str = "") -> None:
    """Close. ``minutes``: when people are asked to try again; ``why`` is for operators and shown to nobody else."""
    until = timezone.now() + dt.timedelta(minutes=minutes) if minutes else None
    places.write_note(NOTE, {"since": timezone.now().isoformat(), "until": until and until.isoformat(), "why": why})


def maintenance_end() -> None:
    """Open."""
    places.drop_note(NOTE)


def maintenance_is_on() -> bool:
    """Whether the pages are closed, looked at now."""
    return (places.var() / NOTE).exists()


def retry_after_s() -> int:
    """0 while the pages are open; else the seconds after which a visitor should try again. Looked at twice a second at most."""
    path = str(places.var() / NOTE)
    now = time.monotonic()
    seen = _seen.get(path)
    if seen is None or not 0 <= now - seen[0] < _LOOK_EVERY_S:
        seen = _seen[path] = (now, _retry_after())
    return seen[1]


def _retry_after() -> int:
    if not maintenance_is_on():
        return 0
    note = places.read_note(NOTE) or {}
    try:
        left = (dt.datetime.fromisoformat(str(note.get("until"))) - timezone.now()).total_seconds()
    except (ValueError, TypeError):
        return RETRY_S
    return max(RETRY_S // 4, int(left))
