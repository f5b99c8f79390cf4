"""A run inside a worker: what it tells, and whether it has to stop. Written by the pulse, never by the connection of the handler."""

import threading
import time

from .. import registry
from ..services.taking import Claim


class LiveRun:
    """Shared by the thread of the handler and that of the pulse; each field is written by one of them."""

    def __init__(self, one: Claim, nudge: threading.Event, timeout_s: float) -> None:
        self.one, self.nudge, self.timeout_s = one, nudge, timeout_s
        self.begun_s = time.monotonic()
        self.told: tuple[int, int, str] = (0, 0, "")
        self.written: tuple[int, int, str] = self.told
        self.cancelled = self.lost = False

    def progress(self, done: int, total: int, sentence: str) -> None:
        self.told = (done, total, sentence.replace("\x00", "\ufffd"))
        self.nudge.set()

    def check(self) -> None:
        if self.lost:
            raise registry.LeaseLost
        if self.cancelled:
            raise registry.Cancelled
        if self.is_late:
            raise registry.TimedOut

    @property
    def is_late(self) -> bool:
        """Longer than its kind may run, by a clock that nobody sets."""
        return time.monotonic() - self.begun_s > self.timeout_s
