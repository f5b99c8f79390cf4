"""The first thread of a worker: takes work and runs it, until it is asked to stop."""

import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from .. import clock, registry
from ..models import Worker
from ..services import taking
from ..services.running import run_claimed
from .guard import Guard
from .live import LiveRun
from .pulse import Me, Pulse
from .timing import Timing

log = logging.getLogger("sheber.jobs")
GONE = (DatabaseError, InterfaceError)


class JobWorker:
    """One at a time in a process; :meth:`run` belongs to the main thread. ``paused``: asked before work is taken (maintenance)."""

    def __init__(self, *, timing: Timing | None = None, paused: Callable[[], bool] = lambda: False) -> None:
        self.timing, self.paused = timing or Timing(), paused
        self.name = f"{socket.gethostname()[:80]}:{os.getpid()}"
        self.guard = Guard()
        self.stopping = False

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """Take no more work; what runs ends, or goes back after the grace. Safe in a signal handler."""
        self.stopping = True
        self.guard.stop_within(self.timing.grace_s)

    def listen(self) -> None:
        """Stop on SIGTERM and Ctrl-C."""
        for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self.stop)

    def run(self) -> None:
        """Work until asked to stop. A database that is gone is waited for."""
        self.guard.install()
        row = self._enter()
        if row is None:
            return
        pulse = Pulse(Me(row.pk, self.name, list(registry.handlers())), self.timing, self.guard)
        pulse.start()
        pause_s = self.timing.poll_s
        try:
            while not self.stopping:
                try:
                    close_old_connections()
                    worked = not self.paused() and self._one(pulse)
                    pause_s = 0.0 if worked else self.timing.poll_s
                except GONE as no:
                    pause_s = min(max(2 * pause_s, self.timing.poll_s), self.timing.longest_pause_s)
                    log.warning("worker %s: the database does not answer, looking again in %.0f s: %s", self.name, pause_s, str(no).strip())
                    connection.close()
                self._sleep(pause_s)
        finally:
            pulse.finish()
            self._leave(row)

    def _enter(self) -> Worker | None:
        while not self.stopping:
            try:
                now = clock.now()
                return Worker.objects.create(name=self.name, started_at=now, beat_at=now)
            except GONE as no:
                log.warning("worker %s: the database does not answer: %s", self.name, str(no).strip())
                connection.close()
                self._sleep(self.timing.poll_s)
        return None

    def _leave(self, row: Worker) -> None:
        try:
            Worker.objects.filter(pk=row.pk).delete()
        except GONE as no:
            log.warning("worker %s: could not sign off: %s", self.name, str(no).strip())
        connection.close()

    def _one(self, pulse: Pulse) -> bool:
        one = taking.claim(worker=self.name, kinds=pulse.me.kinds, ripe=pulse.ripe)
        if one is None:
            return False
        known = registry.find(one.kind)
        live = LiveRun(one, pulse.nudge, known.timeout_s if known else 60.0)
        pulse.live = live
        if self.stopping:                                           # the signal came while it was taken
            self._persist(live, lambda: taking.released(one))
            return True
        try:
            stopped = run_claimed(one, live, guard=self.guard.around(live), write=lambda how: self._persist(live, how))
        finally:
            pulse.live = None
        pulse.done += 1
        pulse.nudge.set()
        if isinstance(stopped, registry.JobStop):                   # it was torn out of whatever it did with its connection
            connection.close()
        return True

    def _persist(self, live: LiveRun, how: Callable[[], bool]) -> bool:
        """Write how it ended, again and again while the database is gone, as long as the lease would stand."""
        ends, pause_s = time.monotonic() + self.timing.lease_s, 0.1
        while True:
            try:
                if connection.in_atomic_block:                      # a handler that left its transaction open: nothing of it counts
                    connection.close()
                    connection.in_atomic_block = False
                written: Any = how()
                if not written:
                    log.warning("worker %s: job %s was taken away before it ended", self.name, live.one.job_id)
                return bool(written)
            except GONE as no:
                connection.close()
                if time.monotonic() > ends:
                    log.error("worker %s: how job %s ended could not be written: %s", self.name, live.one.job_id, str(no).strip())
                    return False
                time.sleep(pause_s)
                pause_s = min(2 * pause_s, 5.0)

    def _sleep(self, seconds: float) -> None:
        """In small parts, so that a signal is heeded at once; a lock would not be safe in its handler."""
        ends = time.monotonic() + seconds
        while not self.stopping and (left := ends - time.monotonic()) > 0:
            time.sleep(min(0.2, left))
