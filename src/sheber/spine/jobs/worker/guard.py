"""Stopping a handler that does not look: a signal raises inside it. (Windows has none; there a handler stops where it looks.)"""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from .. import registry
from .live import LiveRun

HAS_TIMER = hasattr(signal, "setitimer")


class Guard:
    """One for a worker; used by its main thread alone, which is the one that gets signals."""

    def __init__(self) -> None:
        self._live: LiveRun | None = None
        self._grace_ends_s: float | None = None
        self.main = threading.main_thread().ident or 0

    def install(self) -> None:
        if HAS_TIMER:
            signal.signal(signal.SIGALRM, self._rung)

    @contextmanager
    def around(self, live: LiveRun) -> Iterator[None]:
        """Inside, time limit, lost lease and end of grace raise in the handler."""
        self._live = live
        try:
            self._arm(self._left_s(live))
            yield
        finally:
            self._live = None
            self._arm(0)

    def stop_within(self, grace_s: float) -> None:
        """From a signal handler: the run that goes on has so many seconds left."""
        if self._grace_ends_s is None:
            self._grace_ends_s = time.monotonic() + grace_s
        if self._live is not None:
            self._arm(self._left_s(self._live))

    def ring(self) -> None:
        """From the pulse: look at once."""
        if HAS_TIMER and self._live is not None:
            signal.pthread_kill(self.main, signal.SIGALRM)

    def _arm(self, seconds: float) -> None:
        if HAS_TIMER:
            signal.setitimer(signal.ITIMER_REAL, seconds)

    def _rung(self, _number: int, _frame: FrameType | None) -> None:
        live = self._live
        if live is None:                                            # it ended at this very moment
            return
        if live.lost:
            raise registry.LeaseLost
        if self._grace_ends_s is not None and time.monotonic() >= self._grace_ends_s - 0.05:
            raise registry.Released
        if live.is_late:
            raise registry.TimedOut
        self._arm(self._left_s(live))

    def _left_s(self, live: LiveRun) -> float:
        """Until the first reason to ring; a timer of zero would never."""
        ends = min(live.begun_s + live.timeout_s, *(() if self._grace_ends_s is None else (self._grace_ends_s,)), float("inf"))
        return max(0.02, ends - time.monotonic())
