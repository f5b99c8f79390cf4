"""Kinds of background work, and what a piece of work may ask while it goes on.

A system states its kinds in its ``work.py``, found at start-up::

    from sheber.spine.jobs.registry import JobRun, handler

    @handler("evidence.refresh", title=gettext_lazy("Refresh the figures"), every=dt.timedelta(hours=1), exclusive=True)
    def refresh(run: JobRun) -> dict[str, object]:
        for done, programme in enumerate(programmes):
            run.progress(done, len(programmes))
            ...
        return {"refreshed": len(programmes)}

A worker may be killed at any line, and another begins the same work anew: so a handler can be run again over what it did before,
or does all of it in one transaction. Its result is JSON. Two of its keys are shown to people: ``sentence`` (what came of it) and ``url``
(where it can be opened: a path of this product).
"""

import datetime as dt
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from django.contrib.auth import get_user_model
from django.db import InterfaceError, OperationalError, transaction
from django.utils.functional import Promise

log = logging.getLogger("sheber.jobs")

KIND: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
KEEP: Final = dt.timedelta(days=30)
KEEP_RECURRING: Final = dt.timedelta(days=3)
SHORTEST_EVERY: Final = dt.timedelta(seconds=10)


class JobStop(BaseException):
    """The work has to stop here. Not an ``Exception``, so that ``except Exception`` in a handler does not swallow it."""


class Cancelled(JobStop):
    """Somebody cancelled it."""


class Released(JobStop):
    """The worker is being stopped; another one begins the work anew."""


class TimedOut(JobStop):
    """It took longer than its kind may."""


class LeaseLost(JobStop):
    """Another worker has the work by now: nothing that follows would count."""


class Report(Protocol):
    """Whoever keeps what a run tells, and knows whether it has to stop."""

    def progress(self, done: int, total: int, sentence: str) -> None: ...

    def check(self) -> None:
        """Raise a :class:`JobStop` when the run has to stop."""


@dataclass(frozen=True)
class JobRun:
    """One attempt at a piece of work, as its handler sees it. ``attempt`` counts from 1."""

    job_id: int
    kind: str
    params: Mapping[str, Any]
    scope_path: str
    actor_id: int | None
    attempt: int
    _report: Report = field(repr=False)

    @property
    def actor(self) -> Any:
        """The person who asked for it, as they are now; ``None`` for the schedule, and when the account is gone."""
        return get_user_model()._default_manager.filter(pk=self.actor_id).first() if self.actor_id is not None else None

    def progress(self, done: int, total: int = 0, sentence: str = "") -> None:
        """Tell how far it is (``total`` 0: not known). Cheap, call it often; raises :class:`JobStop` when the work has to stop.

        It is written by another connection, so it shows although a transaction of the handler is open (on SQLite: after it).
        """
        self._report.progress(max(0, int(done)), max(0, int(total)), str(sentence)[:300])
        self._report.check()

    def stop_if_cancelled(self) -> None:
        """Raise :class:`JobStop` when the work has to stop; call it where stopping does no harm."""
        self._report.check()


Handle = Callable[[JobRun], Mapping[str, object] | None]


@dataclass(frozen=True)
class Handler:
    """A kind of work. ``title`` is translated by whoever declares it."""

    kind: str
    title: str | Promise
    run: Handle
    max_attempts: int
    timeout_s: float
    every: dt.timedelta | None
    exclusive: bool
    keep: dt.timedelta
    tells: bool = False


_handlers: dict[str, Handler] = {}
_listeners: list[Callable[[int], None]] = []


def handler(kind: str, *, title: str | Promise, max_attempts: int = 5, timeout_s: float = 3600, every: dt.timedelta | None = None,
            exclusive: bool = False, keep: dt.timedelta | None = None, tells: bool = False) -> Callable[[Handle], Handle]:
    """State that the function does work of this ``kind`` (``system.what``).

    Parameters
    ----------
    max_attempts : int
        How often it is tried before it counts as failed; the waits between grow.
    timeout_s : float, second
        A run that takes longer is stopped and counts as a failed attempt.
    every : timedelta, optional
        It is started by itself once in each such period, however many workers there are; at least ten seconds.
    exclusive : bool
        No two runs of this kind at once; others wait.
    keep : timedelta, optional
        How long it stays in the list after its end: 30 days, 3 days for work that comes again by itself.
    tells : bool
        It tells the person who asked by itself when it is done; of failures they are told as always.

    Raises
    ------
    ValueError
        The kind is not written so, is stated already, or a number is out of range.
    """
    if not KIND.fullmatch(kind) or len(kind) > 60:
        raise ValueError(f"{kind!r} is not a kind of work: write system.what")
    if max_attempts < 1 or timeout_s <= 0 or (every is not None and every < SHORTEST_EVERY):
        raise ValueError(f"{kind}: at least one attempt, a positive time, and a period of at least {SHORTEST_EVERY.seconds} s")

    def state(run: Handle) -> Handle:
        if kind in _handlers:
            raise ValueError(f"the kind {kind} is stated already")
        _handlers[kind] = Handler(kind, title, run, max_attempts, timeout_s, every, exclusive, keep or (KEEP_RECURRING if every else KEEP),
                                  tells)
        return run

    return state


def when_ended(listener: Callable[[int], None]) -> None:
    """State who hears that work is done or has failed for good, by its number, in the transaction that writes it. Again changes nothing."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_ended(job_id: int) -> None:
    """A listener that fails is noted and keeps no work from ending."""
    for listener in _listeners:
        try:
            with transaction.atomic():
                listener(job_id)
        except (InterfaceError, OperationalError):                 # the database is gone: the whole is written again when it is back
            raise
        except Exception:
            log.exception("job %s: what was to be told of its end", job_id)


def handlers() -> Mapping[str, Handler]:
    """Every kind stated so far."""
    return dict(_handlers)


def find(kind: str) -> Handler | None:
    """The kind, or ``None`` when nobody here knows it."""
    return _handlers.get(kind)


def forget(kind: str) -> None:
    """Take a kind out again; for tests."""
    _handlers.pop(kind, None)


def title_of(kind: str) -> str:
    """What it is called, in the reader's language; its code when nobody here knows it."""
    known = _handlers.get(kind)
    return str(known.title) if known else kind
