"""Bringing a file in: looked through first, then written as it was shown; large ones by background work."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.exchange.declaring import Exchange
from sheber.kit.exchange.files import MAX_FILE_BYTES, Fault
from sheber.kit.exchange.importing import Outcome, ReadIn, read_in, run_import
from sheber.spine.audit import services as audit
from sheber.spine.competences.case.bringing import CaseOutcome, package_import
from sheber.spine.jobs.models import Job
from sheber.spine.jobs.services import job_start

from .models import KeptFile
from .rules import as_plain, tell, tell_case

KEPT_FOR: Final = dt.timedelta(hours=1)
KEPT_FOR_WORK: Final = dt.timedelta(days=7)
LARGE_ROWS: Final = 500
"""More rows than these are written by background work."""
CASE: Final = "case"
"""Under which a CASE package waits; no table may be called so."""
Progress = Callable[[int, int], None]


# A table --------------------------------------------------------------------------------------------------------------------------------

def file_try(*, exchange: Exchange, data: bytes, filename: str, actor: Any, view: Sequence[str], edit: Sequence[str],
             keep: bool = False) -> Outcome:
    """What the file would do; nothing is written. ``keep``: the file waits for its confirmation, in place of one that waited before."""
    outcome = run_import(exchange, data, filename, actor=actor, view=view, edit=edit, dry=True)
    if keep:
        is_worth = not outcome.faults and bool(outcome.added or outcome.changed)
        file_keep(actor=actor, name=exchange.name, filename=filename, data=data if is_worth else None, plan=outcome.plan,
                  options={"rows": len(outcome.added) + len(outcome.changed)})
    return outcome


@transaction.atomic
def file_keep(*, actor: Any, name: str, filename: str, data: bytes | None, plan: str, options: dict[str, Any],
              purpose: str = "page") -> KeptFile | None:
    """Let a file wait, in place of one that waited on the page before; ``None`` for ``data``: none waits any more."""
    if purpose == "page":
        KeptFile.objects.filter(owner_id=actor.pk, exchange=name, purpose=purpose).delete()
    return None if data is None else KeptFile.objects.create(
        owner_id=actor.pk, exchange=name, filename=filename[-200:].replace("\0", ""), data=data, plan=plan, options=options,
        purpose=purpose, kept_at=timezone.now())


@transaction.atomic
def file_take(*, actor: Any, name: str, plan: str) -> KeptFile:
    """The file that waits on the page, with what was shown; it waits no longer. Raises ``DomainError("file_not_kept")``."""
    kept = _kept(actor, name, plan)
    KeptFile.objects.filter(pk=kept.pk).delete()
    return kept


def file_apply(*, exchange: Exchange, data: bytes, filename: str, actor: Any, view: Sequence[str], edit: Sequence[str],
               expected: str = "", progress: Progress | None = None, given: ReadIn | None = None) -> Outcome:
    """Write the file, all of it or nothing. ``expected`` is the plan that was shown; another one is not written (``moved``).

    It is read before the transaction begins, unless it was read already (``given``).
    """
    given = given or read_in(exchange, data, filename, progress)
    with transaction.atomic():
        outcome = run_import(exchange, data, filename, actor=actor, view=view, edit=edit, dry=False, expected=expected,
                             progress=progress, given=given)
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
    kept = file_take(actor=actor, name=exchange.name, plan=plan)
    return file_apply(exchange=exchange, data=bytes(kept.data), filename=kept.filename, actor=actor, view=view, edit=edit, expected=plan)


# Background work ------------------------------------------------------------------------------------------------------------------------

@transaction.atomic
def file_look_start(*, name: str, data: bytes, filename: str, actor: Any, options: dict[str, Any] | None = None,
                    purpose: str = "page") -> KeptFile:
    """Let background work look through a large file; it leaves what it found with the file."""
    kept = file_keep(actor=actor, name=name, filename=filename, data=data, plan="", options=options or {}, purpose=purpose)
    assert kept is not None
    return _started(kept, actor, "exchange.look", {"file": kept.pk, "table": name})


@transaction.atomic
def file_write_start(*, name: str, data: bytes, filename: str, actor: Any, plan: str, options: dict[str, Any] | None = None) -> KeptFile:
    """Let background work write a large file that came over the API; it leaves what it did with the file."""
    kept = file_keep(actor=actor, name=name, filename=filename, data=data, plan=plan, options=options or {}, purpose="api")
    assert kept is not None
    return _started(kept, actor, "exchange.bring_in", {"file": kept.pk, "table": name, "plan": plan})


def _started(kept: KeptFile, actor: Any, kind: str, params: dict[str, Any]) -> KeptFile:
    KeptFile.objects.filter(pk=kept.pk).update(outcome=None)       # what it would do gives way to what it did
    kept.job = job_start(actor=actor, kind=kind, params=params, unique_key=str(kept.pk)).pk
    KeptFile.objects.filter(pk=kept.pk).update(job=kept.job)
    return kept


@transaction.atomic
def kept_file_start(*, name: str, actor: Any, plan: str) -> Job | None:
    """Ask for the writing of a large file as background work; ``None`` when it is small and may be written at once.

    Raises ``DomainError("file_not_kept")``.
    """
    kept = _kept(actor, name, plan)
    if kept.options.get("rows", 0) <= LARGE_ROWS:
        return None
    started = _started(kept, actor, "exchange.bring_in", {"file": kept.pk, "table": name, "plan": plan})
    return Job.objects.filter(pk=started.job or 0).first()


def kept_file_look(*, exchange: Exchange, file_id: int, actor: Any, view: Sequence[str], edit: Sequence[str], progress: Progress) -> bool:
    """Look through a large file and leave with it what was found; nothing else is written. False when it is gone: another was chosen.

    Begun anew it does the same again, so it may be killed at any line.
    """
    kept = KeptFile.objects.filter(pk=file_id, owner_id=actor.pk, exchange=exchange.name).first()
    if kept is None:
        return False
    if kept.outcome is not None:
        return True
    outcome = run_import(exchange, bytes(kept.data), kept.filename, actor=actor, view=view, edit=edit, dry=True, progress=progress)
    count = len(outcome.added) + len(outcome.changed)
    plan = outcome.plan if count and not outcome.faults else ""
    return _found(kept, as_plain(tell(exchange, outcome)), plan=plan, options={"rows": count})


def kept_case_look(*, file_id: int, actor: Any) -> bool:
    """The same for a CASE package."""
    kept = KeptFile.objects.filter(pk=file_id, owner_id=actor.pk, exchange=CASE).first()
    if kept is None:
        return False
    if kept.outcome is not None:
        return True
    outcome = package_import(data=bytes(kept.data), code=kept.options["code"], version=kept.options["version"], actor=actor, dry=True)
    worth = not outcome.faults and outcome.act != "nothing"
    return _found(kept, tell_case(outcome), plan=outcome.mark if worth else "", options={**kept.options, "rows": outcome.items})


def _found(kept: KeptFile, outcome: dict[str, Any], *, plan: str, options: dict[str, Any]) -> bool:
    """Its hour begins now. A file that will not be written, and one that is sent again to be written, is not held any longer."""
    is_held = bool(plan) and kept.purpose == "page"
    return bool(KeptFile.objects.filter(pk=kept.pk).update(
        outcome=outcome, plan=plan, options=options, kept_at=timezone.now(), **({} if is_held else {"data": b""})))


def kept_file_finish(*, exchange: Exchange, file_id: int, plan: str, actor: Any, view: Sequence[str], edit: Sequence[str],
                     progress: Progress) -> Outcome | None:
    """Write a large file that was confirmed; ``None`` when that was done before: the same transaction says so.

    It is read before the transaction begins. Raises ``DomainError("file_not_kept")``.
    """
    kept = _confirmed(file_id, exchange.name, plan, actor)
    given = None if "written" in kept.options else read_in(exchange, bytes(kept.data), kept.filename, progress)
    with transaction.atomic():
        kept = _confirmed(file_id, exchange.name, plan, actor, lock=True)
        if "written" in kept.options or given is None:
            return None
        outcome = file_apply(exchange=exchange, data=b"", filename=kept.filename, actor=actor, view=view, edit=edit, expected=plan,
                             progress=progress, given=given)
        _written(kept, len(outcome.added) + len(outcome.changed), as_plain(tell(exchange, outcome)), is_done=outcome.written)
    return outcome


@transaction.atomic
def kept_case_finish(*, file_id: int, plan: str, actor: Any) -> CaseOutcome | None:
    """The same for a CASE package."""
    kept = _confirmed(file_id, CASE, plan, actor, lock=True)
    if "written" in kept.options:
        return None
    outcome = case_apply(data=bytes(kept.data), code=kept.options["code"], version=kept.options["version"], actor=actor, expected=plan)
    _written(kept, outcome.items, tell_case(outcome), is_done=outcome.written or outcome.act == "nothing")
    return outcome


def _confirmed(file_id: int, name: str, plan: str, actor: Any, *, lock: bool = False) -> KeptFile:
    files = KeptFile.objects.select_for_update() if lock else KeptFile.objects
    kept = files.filter(pk=file_id, owner_id=actor.pk, exchange=name, plan=plan).first()
    if kept is None:
        raise DomainError("file_not_kept", _("The file is no longer kept. Choose it again."))
    return kept


def _written(kept: KeptFile, count: int, outcome: dict[str, Any], *, is_done: bool) -> None:
    if is_done:
        kept.options["written"] = count
    if is_done or kept.purpose == "api":
        kept.data, kept.outcome, kept.kept_at = b"", outcome, timezone.now()
        kept.save(update_fields=["options", "data", "outcome", "kept_at"])


# A CASE package -------------------------------------------------------------------------------------------------------------------------

def case_try(*, data: bytes, filename: str, code: str, version: str, actor: Any, keep: bool = False) -> CaseOutcome:
    """What a CASE package would do; nothing is written. ``keep``: it waits for its confirmation."""
    outcome = CaseOutcome(faults=[too_large()]) if len(data) > MAX_FILE_BYTES else package_import(
        data=data, code=code, version=version, actor=actor, dry=True)
    if keep:
        is_worth = not outcome.faults and outcome.act != "nothing"
        file_keep(actor=actor, name=CASE, filename=filename, data=data if is_worth else None, plan=outcome.mark,
                  options={"code": code, "version": version})
    return outcome


def case_apply(*, data: bytes, code: str, version: str, actor: Any, expected: str = "") -> CaseOutcome:
    """Write a CASE package, all of it or nothing; ``expected`` as for tables."""
    if len(data) > MAX_FILE_BYTES:
        return CaseOutcome(faults=[too_large()])
    return package_import(data=data, code=code, version=version, actor=actor, expected=expected)


@transaction.atomic
def kept_case_apply(*, actor: Any, plan: str) -> CaseOutcome:
    """Write the package that waits, exactly as it was shown. Raises ``DomainError("file_not_kept")``."""
    kept = file_take(actor=actor, name=CASE, plan=plan)
    return case_apply(data=bytes(kept.data), code=kept.options["code"], version=kept.options["version"], actor=actor, expected=plan)


# What is kept ---------------------------------------------------------------------------------------------------------------------------

def _kept(actor: Any, exchange: str, plan: str) -> KeptFile:
    kept = None if not plan else KeptFile.objects.select_for_update().filter(
        owner_id=actor.pk, exchange=exchange, purpose="page", plan=plan, kept_at__gte=timezone.now() - KEPT_FOR).first()
    if kept is None or "written" in kept.options:
        raise DomainError("file_not_kept", _("The file is no longer kept. Choose it again."))
    return kept


def too_large() -> Fault:
    """Of the file as a whole."""
    return Fault(0, "", _("The file is too large: at most %(n)s MB.") % {"n": MAX_FILE_BYTES // 1024 // 1024})


def _place(paths: Sequence[str]) -> str:
    """Where the entry belongs: those who look after the place may read it."""
    return paths[0] if paths else ""


def kept_prune() -> int:
    """Forget files whose hour is over; one for which background work still is to be done has a week. Returns how many."""
    now = timezone.now()
    at_work = Q(options__has_key="job") | Q(job__isnull=False, outcome__isnull=True)
    old = KeptFile.objects.filter(Q(kept_at__lt=now - KEPT_FOR_WORK) | (Q(kept_at__lt=now - KEPT_FOR) & ~at_work))
    return old.delete()[0]
