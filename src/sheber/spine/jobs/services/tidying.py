"""Taking away what is old."""

import datetime as dt
from typing import Final

from .. import clock
from ..models import Job, Worker

PORTION: Final = 500
WORKER_GONE: Final = dt.timedelta(days=1)
"""A worker not heard of for so long leaves the list. A clock set back keeps it longer, which harms nobody."""


def forget_old() -> tuple[int, int]:
    """Remove works whose time is over, in portions, and workers that are long gone; how many of each."""
    now, works = clock.now(), 0
    while old := list(Job.objects.filter(kept_until__lt=now).exclude(state__in=(Job.State.WAITING, Job.State.RUNNING))
                      .order_by("kept_until").values_list("pk", flat=True)[:PORTION]):
        works += Job.objects.filter(pk__in=old).delete()[1].get("jobs.Job", 0)
    workers = Worker.objects.filter(beat_at__lt=now - WORKER_GONE).delete()[0]
    return works, workers
