"""Running a piece of work that was taken, and writing down how it ended."""

import logging
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.utils import translation

from sheber.kit.errors import DomainError
from sheber.kit.outages import outage_of
from sheber.spine.audit.requests import request_id_scope

from .. import registry
from ..models import Job
from . import taking
from .taking import Claim
from .values import as_json

log = logging.getLogger("sheber.jobs")

Write = Callable[[Callable[[], bool]], bool]


def run_claimed(one: Claim, report: registry.Report, *,  # noqa: PLR0911 - one for each way to end
                guard: AbstractContextManager[object] | None = None, write: Write | None = None) -> BaseException | None:
    """Run the handler and write how it ended; gives back what it raised. Never raises what a handler raises.

    ``guard`` surrounds the handler alone (a worker stops it there by a signal); ``write`` repeats a write while the database is gone.
    """
    write = write or (lambda how: how())
    known = registry.find(one.kind)
    if known is None:
        return _kept(write, one, LookupError(f"no work.py states the kind {one.kind}"), code="unknown_kind", final=True)
    run = registry.JobRun(one.job_id, one.kind, one.params, one.scope_path, one.started_by_id, one.attempt, report)
    try:
        with request_id_scope(f"job-{one.job_id}-{one.attempt}"), translation.override(one.language), guard or nullcontext():
            given = known.run(run)
        result = as_json(given or {})
    except registry.LeaseLost as stop:
        log.warning("job %s (%s): another worker has it by now", one.job_id, one.kind)
        return stop
    except registry.Cancelled as stop:
        write(lambda: taking.stopped(one))
        return stop
    except registry.Released as stop:
        write(lambda: taking.released(one))
        return stop
    except registry.TimedOut as late:
        return _kept(write, one, late, code="timed_out", told=f"stopped after {known.timeout_s:.0f} s")
    except DomainError as no:                                       # a refusal: the same would be refused again
        return _kept(write, one, no, code=no.code, sentence=str(no.message), final=True)
    except Exception as wrong:
        if (outage := outage_of(wrong)) is not None:                # no fault of the work: tried again like one, told in one line
            log.warning("job %s (%s), attempt %s of %s: %s: %s", one.job_id, one.kind, one.attempt, one.max_attempts, outage,
                        str(wrong).strip())
            return _kept(write, one, wrong, code=f"outage_{outage}")
        log.exception("job %s (%s), attempt %s of %s", one.job_id, one.kind, one.attempt, one.max_attempts)
        return _kept(write, one, wrong, code="error")
    write(lambda: taking.done(one, result))
    return None


def _kept(write: Write, one: Claim, wrong: BaseException, *, code: str, told: str = "", sentence: str = "",
          final: bool = False) -> BaseException:
    trace = "".join(traceback.format_exception(wrong))
    told = told or f"{type(wrong).__name__}: {wrong}"
    write(lambda: taking.failed(one, code=code, told=told, trace=trace, sentence=sentence, final=final))
    return wrong


class Here:
    """Keeps what a run in this very process tells; for tests and for ``sheber worker --once``."""

    def __init__(self, one: Claim) -> None:
        self.one = one

    def progress(self, done: int, total: int, sentence: str) -> None:
        Job.objects.filter(pk=self.one.job_id, token=self.one.token).update(progress_done=done, progress_total=total, sentence=sentence)

    def check(self) -> None:
        found: Any = Job.objects.filter(pk=self.one.job_id).values_list("token", "cancel_asked_at").first()
        if found is None or found[0] != self.one.token:
            raise registry.LeaseLost
        if found[1] is not None:
            raise registry.Cancelled


def run_now(job: Job, *, raising: bool = True) -> Job:
    """Run work that waits, at once and in this process, and give back its row as it is then; for tests and commands.

    What the handler raises is written to the row and, with ``raising``, raised again. Raises ``RuntimeError`` when the work cannot begin
    (it does not wait, or its turn is taken).
    """
    one = taking.claim(worker="here", kinds=registry.handlers(), only=job.pk)
    if one is None:
        raise RuntimeError(f"job {job.pk} cannot begin now")
    wrong = run_claimed(one, Here(one))
    if wrong is not None and raising:
        raise wrong
    return Job.objects.get(pk=job.pk)


def run_due(*, limit: int = 10_000) -> int:
    """Run all that waits and may begin, in this process; how many were run. Failures are written and not raised."""
    for count in range(limit):
        one = taking.claim(worker="here", kinds=registry.handlers())
        if one is None:
            return count
        run_claimed(one, Here(one))
    return limit
