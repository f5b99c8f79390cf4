"""Bringing a file in: tried first, then written as it was shown."""

import datetime as dt
from collections.abc import Sequence
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

from .models import KeptFile

KEPT_FOR: Final = dt.timedelta(hours=1)
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
                                    kept_at=now)
    return outcome


@transaction.atomic
def file_apply(*, exchange: Exchange, data: bytes, filename: str, actor: Any, view: Sequence[str], edit: Sequence[str],
               expected: str = "") -> Outcome:
    """Write the file, all of it or nothing. ``expected`` is the plan that was shown; another one is not written (``moved``)."""
    outcome = run_import(exchange, data, filename, actor=actor, view=view, edit=edit, dry=False, expected=expected)
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
    """Forget files whose hour is over. Returns how many."""
    return KeptFile.objects.filter(kept_at__lt=timezone.now() - KEPT_FOR).delete()[0]
