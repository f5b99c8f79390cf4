"""Removing a file, and bringing it back within thirty days."""

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit

from ..models import StoredFile
from .attaching import told_name

KEPT: Final = dt.timedelta(days=30)
"""How long a removed file can be brought back."""


@transaction.atomic
def file_remove(*, actor: audit.Actor, file_id: int, reason: str = "") -> StoredFile:
    """Take a file away from its thing. Raises ``DoesNotExist``, ``DomainError("file_removed_already")``."""
    file = _locked(file_id)
    if file.removed_at is not None:
        raise DomainError("file_removed_already", _("The file is removed already."))
    person: Any = actor if actor is not None and actor.is_authenticated else None
    file.removed_at, file.removed_by_id = timezone.now(), person.pk if person else None
    file.save(update_fields=["removed_at", "removed_by"])
    _record(actor, "file.removed", file, reason)
    return file


@transaction.atomic
def file_bring_back(*, actor: audit.Actor, file_id: int) -> StoredFile:
    """Attach a removed file again, as it was. Raises ``DoesNotExist`` (also when its time is over), ``DomainError("file_is_there")``."""
    file = _locked(file_id)
    if file.removed_at is None:
        raise DomainError("file_is_there", _("The file is there; nothing was removed."))
    if file.removed_at < timezone.now() - KEPT:
        raise StoredFile.DoesNotExist
    file.removed_at = file.removed_by = None
    file.save(update_fields=["removed_at", "removed_by"])
    _record(actor, "file.brought_back", file, "")
    return file


def _locked(file_id: int) -> StoredFile:
    return StoredFile.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=file_id)


def _record(actor: audit.Actor, verb: str, file: StoredFile, reason: str) -> None:
    audit.record(actor=actor, verb=verb, target=file, scope_path=file.organisation.path, reason=reason,
                 after={"file": told_name(file.name, personal=file.is_personal, number=file.pk), "kind": file.target_kind,
                        "key": file.target_id})
