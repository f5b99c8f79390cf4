"""Handing a file to whoever asked for it, and to nobody else."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.files import services as files
from sheber.spine.files.services.opening import Opened

from ..models import Export
from ..rules import still_held
from .making import rights


def export_take(*, person: Any, export_id: int) -> Opened:
    """Open one's own file, to be sent and closed.

    Who has lost any right since it was made does not get it: it would tell what they may not see now. They make it anew, with
    what they may see. Raises ``DoesNotExist``: also for somebody else's, and after its time; ``DomainError``: ``export_not_made``,
    ``export_rights_lost``, ``file_missing``.
    """
    row = Export.objects.get(pk=export_id, owner_id=person.pk, kept_until__gt=timezone.now())
    if row.blob_id is None:
        raise DomainError("export_not_made", _("The file is not written yet."))
    if not still_held(row.rights, rights(person)):
        raise DomainError("export_rights_lost", _(
            "A right of yours has ended since the file was written, so it is not given out. Export the list again: the file will hold "
            "what you may see now."))
    opened = files.content_open(blob_id=row.blob_id, name=row.filename)
    with transaction.atomic():
        audit.record(actor=person, verb="exports.taken", target=row, after={"file": row.filename, "title": row.title})
    return opened
