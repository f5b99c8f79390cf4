"""The second thread of a worker: signs of life, progress, orders to stop, work of others that stands still, the schedule.

It has a connection of its own, so that nothing it writes waits for, or is undone with, a transaction of the handler.
"""

import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.db.models import F

from .. import clock
from ..models import Job, Worker
from ..rules.watching import Waits, Watch
from ..services import recurring, taking
from .guard import Guard
from .live import LiveRun
from .timing import Timing

log = logging.getLogger("sheber.jobs")
STUCK = 70
"""Exit status of a worker whose handler would not end."""


@dataclass(frozen=True, slots=True)
class Me:
    """The worker as the pulse needs it."""

    worker_id: int
    name: str
    kinds: Collection[str]


class Pulse(threading.Thread):
    """Runs until :meth:`finish`."""

    def __init__(self, me: Me, timing: Timing, guard: Guard, *, exits: Callable[[int], object] = os._exit) -> None:
        super().__init__(name="pulse", daemon=True)
        self.me, self.timing, self.guard, self.exits = me, timing, guard, exits
        self.nudge, self._over = threading.Event(), threading.Event()
        self.live: LiveRun | None = None
        self.ripe: Collection[int] = ()
        self.done = 0
        self._watch: Watch[tuple[int, str], int] = Watch(patience_s=timing.lease_s, gap_s=max(timing.lease_s / 2, 2 * timing.heartbeat_s))
        self._waits: Waits[tuple[int, dt.datetime | None]] = Waits()

    def finish(self) -> None:
        self._over.set()
        self.nudge.set()
        self.join(self.timing.lease_s)

    def run(self) -> None:
        beat_at = float("-inf")
        while not self._over.is_set():
            try:
                close_old_connections()
                now = time.monotonic()
                if now - beat_at >= self.timing.heartbeat_s:
                    beat_at = now
                    self._sign_of_life()
                    self._look_around()
                elif (live := self.live) is not None and live.told != live.written:
                    self._tell(live)
            except (DatabaseError, InterfaceError) as no:
                self._watch.forget()                                # what kept us from writing may have kept the others
                log.warning("worker %s: the database does not answer: %s", self.me.name, str(no).strip())
                connection.close()
            except Exception:
                log.exception("worker %s: the pulse", self.me.name)
            self.nudge.wait(max(0.05, beat_at + self.timing.heartbeat_s - time.monotonic()))
            self.nudge.clear()
            self._over.wait(self.timing.progress_s if self.live is not None else 0)
        connection.close()

    def _sign_of_life(self) -> None:
        live, begun = self.live, time.monotonic()
        if live is not None:
            self._tell(live, beating=True)
            if begun - live.begun_s > live.timeout_s + self.timing.stuck_s:
                self._stuck(live)
        Worker.objects.filter(pk=self.me.worker_id).update(beat=F("beat") + 1, beat_at=clock.now(), done=self.done,
                                                           job_id=live.one.job_id if live else None)
        if time.monotonic() - begun > self._watch.gap_s:            # one writer held all others up for long
            self._watch.forget()

    def _tell(self, live: LiveRun, *, beating: bool = False) -> None:
        """Write how far it is, and read whether it has to stop."""
        row = Job.objects.filter(pk=live.one.job_id, token=live.one.token)
        if row.filter(cancel_asked_at__isnull=False).exists():      # a plain read: known although the write has to wait
            live.cancelled = True
        told, changed = live.told, dict[str, Any]()
        if beating:
            changed |= {"beat": F("beat") + 1, "beat_at": clock.now()}
        if told != live.written:
            changed |= {"progress_done": told[0], "progress_total": told[1], "sentence": told[2]}
        if row.update(**changed):
            live.written = told
        elif self.live is live:                                     # not merely ended at this moment
            live.lost = True
            self.guard.ring()

    def _look_around(self) -> None:
        """Work that stands still is taken away, waits that are over are known, recurring work is started."""
        now = time.monotonic()
        mine = self.live.one.job_id if self.live else None
        running = {(pk, token): beat for pk, token, beat in Job.objects.filter(state=Job.State.RUNNING).values_list("pk", "token", "beat")
                   if pk != mine}
        for key in self._watch.look(running, now):
            if taking.taken_away(job_id=key[0], token=key[1], beat=running[key]):
                log.warning("worker %s: took job %s from a worker that does not move", self.me.name, key[0])
        waiting = Job.objects.filter(state=Job.State.WAITING, wait_s__isnull=False, due_at__isnull=False).order_by("id")
        waits = {(pk, due): wait_s or 0.0 for pk, due, wait_s in waiting.values_list("pk", "due_at", "wait_s")[:500]}
        self.ripe = [key[0] for key in self._waits.over(waits, now)]
        recurring.schedule_tick()

    def _stuck(self, live: LiveRun) -> None:
        log.error("worker %s: job %s (%s) does not end; this worker ends itself", self.me.name, live.one.job_id, live.one.kind)
        taking.failed(live.one, code="timed_out", told=f"still ran {self.timing.stuck_s:.0f} s after its time limit; its worker was ended")
        connection.close()
        self.exits(STUCK)
