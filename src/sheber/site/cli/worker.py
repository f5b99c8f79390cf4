"""``sheber worker``: does the background work. A process that only watches keeps one or more that work, and replaces those that end."""

import argparse
import os
import signal
import subprocess
import sys
import time
from typing import Any, Final

from .language import gettext as _
from .language import ngettext
from .output import FINE, BadInputError
from .parent import VARIABLE
from .setup import django_setup

GRACE_S: Final = 8.5
"""A working process has 7 s to end what it does or to give it back; bootstrap.py insists after 10."""
STEADY_S: Final = 60.0
LONGEST_WAIT_S: Final = 30.0


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("worker", help=_("Do the background work."))
    parser.add_argument("--processes", type=int, default=1, help=_("processes that work (default: 1)"))
    parser.add_argument("--once", action="store_true", help=_("do what waits now, then end"))
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    if not 1 <= args.processes <= 64:
        raise BadInputError(_("Between 1 and 64 processes can work."))
    if args.once:
        return _once()
    return _alone() if args.alone else Watcher(args.processes).run()


def _once() -> int:
    django_setup()
    from sheber.spine.jobs.services import run_due
    from sheber.spine.jobs.services.recurring import schedule_tick

    schedule_tick()
    count = run_due()
    print(ngettext("%(n)s piece of work was done.", "%(n)s pieces of work were done.", count) % {"n": count})
    return FINE


def _alone() -> int:
    django_setup()
    from sheber.spine.jobs.worker import JobWorker
    from sheber.spine.operation.services.maintenance import maintenance_is_on

    worker = JobWorker(paused=maintenance_is_on)
    worker.listen()
    worker.run()
    return FINE


class Watcher:
    """Imports no Django: it is small, and stays when a working process is killed."""

    def __init__(self, processes: int) -> None:
        self.stopping = False
        self.places: list[Place] = [Place() for _number in range(processes)]

    def run(self) -> int:
        for name in ("SIGTERM", "SIGINT", "SIGBREAK", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._stop)
        try:
            while not self.stopping:
                for place in self.places:
                    if not self.stopping:
                        place.look()
                time.sleep(0.1)
        finally:
            self._end()
        return FINE

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _end(self) -> None:
        children = [place.child for place in self.places if place.child is not None]
        for child in children:
            if child.poll() is None:
                child.terminate()
        ends = time.monotonic() + GRACE_S
        for child in children:
            try:
                child.wait(max(0.1, ends - time.monotonic()))
            except subprocess.TimeoutExpired:                       # what it does is taken by another worker after the lease
                child.kill()
                child.wait()


class Place:
    """Where one working process belongs; one that ends is replaced, after a wait that grows when it ends soon after its start."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None
        self.begun_s = 0.0
        self.wait_s = 0.0
        self.again_s = 0.0

    def look(self) -> None:
        now = time.monotonic()
        if self.child is not None and self.child.poll() is not None:
            self.wait_s = 0.0 if now - self.begun_s > STEADY_S else min(max(1.0, 2 * self.wait_s), LONGEST_WAIT_S)
            print(_("A worker process ended with status %(status)s; another takes its place.") % {"status": self.child.returncode},
                  file=sys.stderr, flush=True)
            self.child, self.again_s = None, now + self.wait_s
        if self.child is None and now >= self.again_s:
            command = [sys.executable, "-m", "sheber", "worker", "--alone"]
            self.child = subprocess.Popen(command, env={**os.environ, VARIABLE: str(os.getpid())})  # noqa: S603 - this program itself
            self.begun_s = now
