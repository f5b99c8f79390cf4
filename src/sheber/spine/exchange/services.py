"""Bringing a file in: tried first, then written as it was shown."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.exchange.declaring import Exchange
from sheber.kit.exchange.files import MAX_FILE_BYTES, Fault
from sheber.kit.exchange.importing import Outcome, run_import
from sheber.spine.audit import services as audit
from sheber.spine.competences.case.bringing import CaseOutcome, package_import
from sheber.spine.jobs.models import Job
from sheber.spine.jobs.services import job_start

from .models import KeptFile

KEPT_FOR: Final = dt.timedelta(hours=1)
KEPT_FOR_WORK: Final = dt.timedelta(days=7)
LARGE_ROWS: Final = 500
"""More rows than these are written by background work."""
CASE: Final = "case"
"""Under which a CASE package waits; no table may be called so."""


@transaction.atomic
def file_try(*, exchange: Exchange, data: bytes, filename: str, actor: Any, view: Sequence[str], edit: Sequence[str],
             keep: bool = False) -> Outcome:
    """What the file would do; nothing is written. ``keep``: the file waits for its confirmation, in place of one that waited before."""
    outcome = run_import(exchange, data, filename, actor=actor, view=view, edit=edit, dry=True)
    if keep:
        now = timezone.now()
        KeptFile.objects.filter(owner_id=actor.pk, exchange=exchange.name).delete()
        if not outcome.faults and (outcome.added or outcome.changed):
            KeptFile.objects.create(owner_id=actor.pk, exchange=exchange.name, filename=filename[-200:], data=data, plan=outcome.plan,
                                    options={"rows": len(outcome.added) + len(outcome.changed)}, kept_at=now)
    return outcome


@transaction.atomic
def file_apply(*, exchange: Exchange, data: bytes, filename: str, actor: Any, view: Sequence[str], edit: Sequence[str],
               expected: str = "", progress: Callable[[int, int], None] | None = None) -> Outcome:
    """Write the file, all of it or nothing. ``expected`` is the plan that was shown; another one is not written (``moved``)."""
    outcome = run_import(exchange, data, filename, actor=actor, view=view, edit=edit, dry=False, expected=expected,
                         progress=progress)
    if outcome.written and (outcome.added or outcome.changed):
        audit.record(actor=actor, verb="exchange.brought_in", target=("exchange.table", exchange.name), scope_path=_place(edit),
                     after={"table": exchange.name, "added": len(outcome.added), "changed": len(outcome.changed),
                            "unchanged": outcome.unchanged})
    return outcome


@transaction.atomic
def kept_file_apply(*, exchange: Exchange, actor: Any, view: Sequence[str], edit: Sequence[str], plan: str) -> Outcome:
    """Write the file that waits, exactly as it was shown; it waits no longer then.

    Raises ``DomainError("file_not_kept")``: too late, taken already, or another file was looked at since.
    """
    kept = _kept(actor, exchange.name, plan)
    data, filename = bytes(kept.data), kept.filename
    kept.delete()
    return file_apply(exchange=exchange, data=data, filename=filename, actor=actor, view=view, edit=edit, expected=plan)


@transaction.atomic
def kept_file_start(*, exchange: Exchange, actor: Any, plan: str) -> Job | None:
    """Ask for the writing of a large file as background work; ``None`` when it is small and may be written at once.

    Raises ``DomainError("file_not_kept")``.
    """
    kept = _kept(actor, exchange.name, plan)
    if kept.options.get("rows", 0) <= LARGE_ROWS:
        return None
    job = job_start(actor=actor, kind="exchange.bring_in", params={"file": kept.pk, "table": exchange.name, "plan": plan},
                    unique_key=str(kept.pk))
    kept.options["job"] = job.pk
    kept.save(update_fields=["options"])
    return job


@transaction.atomic
def kept_file_finish(*, exchange: Exchange, file_id: int, plan: str, actor: Any, view: Sequence[str], edit: Sequence[str],
                     progress: Callable[[int, int], None]) -> Outcome | None:
    """Write a large file that was confirmed; ``None`` when that was done before: the same transaction says so.

    Raises ``DomainError("file_not_kept")``.
    """
    kept = KeptFile.objects.select_for_update().filter(pk=file_id, owner_id=actor.pk, exchange=exchange.name, plan=plan).first()
    if kept is None:
        raise DomainError("file_not_kept", _("The file is no longer kept. Choose it again."))
    if "written" in kept.options:
        return None
    outcome = file_apply(exchange=exchange, data=bytes(kept.data), filename=kept.filename, actor=actor, view=view, edit=edit, expected=plan,
                         progress=progress)
    if outcome.written:
        kept.options["written"] = len(outcome.added) + len(outcome.changed)
        kept.data = b""
        kept.save(update_fields=["options", "data"])
    return outcome


def case_try(*, data: bytes, filename: str, code: str, version: str, actor: Any, keep: bool = False) -> CaseOutcome:
    """What a CASE package would do; nothing is written. ``keep``: it waits for its confirmation."""
    outcome = CaseOutcome(faults=[too_large()]) if len(data) > MAX_FILE_BYTES else package_import(
        data=data, code=code, version=version, actor=actor, dry=True)
    if keep:
        with transaction.atomic():
            KeptFile.objects.filter(owner_id=actor.pk, exchange=CASE).delete()
            if not outcome.faults and outcome.act != "nothing":
                KeptFile.objects.create(owner_id=actor.pk, exchange=CASE, filename=filename[-200:], data=data, plan=outcome.mark,
                                        options={"code": code, "version": version}, kept_at=timezone.now())
    return outcome


def case_apply(*, data: bytes, code: str, version: str, actor: Any, expected: str = "") -> CaseOutcome:
    """Write a CASE package, all of it or nothing; ``expected`` as for tables."""
    if len(data) > MAX_FILE_BYTES:
        return CaseOutcome(faults=[too_large()])
    return package_import(data=data, code=code, version=version, actor=actor, expected=expected)


@transaction.atomic
def kept_case_apply(*, actor: Any, plan: str) -> CaseOutcome:
    """Write the package that waits, exactly as it was shown. Raises ``DomainError("file_not_kept")``."""
    kept = _kept(actor, CASE, plan)
    data, options = bytes(kept.data), kept.options
    kept.delete()
    return case_apply(data=data, code=options["code"], version=options["version"], actor=actor, expected=plan)


def _kept(actor: Any, exchange: str, plan: str) -> KeptFile:
    kept = KeptFile.objects.select_for_update().filter(owner_id=actor.pk, exchange=exchange, plan=plan,
                                                       kept_at__gte=timezone.now() - KEPT_FOR).first()
    if kept is None:
        raise DomainError("file_not_kept", _("The file is no longer kept. Choose it again."))
    return kept


def too_large() -> Fault:
    """Of the file as a whole."""
    return Fault(0, "", _("The file is too large: at most %(n)s MB.") % {"n": MAX_FILE_BYTES // 1024 // 1024})


def _place(paths: Sequence[str]) -> str:
    """Where the entry belongs: those who look after the place may read it."""
    return paths[0] if paths else ""


def kept_prune() -> int:
    """Forget files whose hour is over; one that background work is to write has a week. Returns how many."""
    now = timezone.now()
    waiting = KeptFile.objects.filter(kept_at__lt=now - KEPT_FOR)
    old = [row.pk for row in waiting.only("options", "kept_at") if "job" not in row.options or row.kept_at < now - KEPT_FOR_WORK]
    return KeptFile.objects.filter(pk__in=old).delete()[0]
