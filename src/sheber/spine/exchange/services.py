"""Bringing a file in: tried first, then written as it was shown."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.exchange.declaring import Exchange
from sheber.kit.exchange.importing import Outcome, run_import
from sheber.spine.audit import services as audit

from .models import KeptFile

KEPT_FOR: Final = dt.timedelta(hours=1)


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
    kept = KeptFile.objects.select_for_update().filter(owner_id=actor.pk, exchange=exchange.name, plan=plan,
                                                       kept_at__gte=timezone.now() - KEPT_FOR).first()
    if kept is None:
        raise DomainError("file_not_kept", _("The file is no longer kept. Choose it again."))
    data, filename = bytes(kept.data), kept.filename
    kept.delete()
    return file_apply(exchange=exchange, data=data, filename=filename, actor=actor, view=view, edit=edit, expected=plan)


def _place(paths: Sequence[str]) -> str:
    """Where the entry belongs: those who look after the place may read it."""
    return paths[0] if paths else ""


def kept_prune() -> int:
    """Forget files whose hour is over. Returns how many."""
    return KeptFile.objects.filter(kept_at__lt=timezone.now() - KEPT_FOR).delete()[0]
