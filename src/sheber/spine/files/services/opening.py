"""Opening a content for somebody."""

from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit

from .. import scanning, stores
from ..models import Blob, StoredFile
from .attaching import told_name


@dataclass(frozen=True, slots=True)
class Opened:
    """A content that is about to be sent, to be read and closed."""

    name: str
    media_type: str
    size: int
    content: BinaryIO


def may_be_sent(scan: str) -> bool:
    """Whether the scan lets it go out: what waits for a scanner and what holds a virus stays."""
    return scan in {StoredFile.Scan.CLEAN, StoredFile.Scan.NONE}


def file_open(*, actor: audit.Actor, file_id: int) -> Opened:
    """Open a file whose reader was let in by whoever calls. That a file about a person was read by another is recorded first.

    Raises ``DoesNotExist``; ``DomainError``: ``file_waits`` (for the scanner), ``file_infected``, ``file_missing``.
    """
    file = StoredFile.objects.select_related("blob", "organisation").get(pk=file_id, removed_at__isnull=True)
    if file.scan == StoredFile.Scan.INFECTED:
        sentence = _("A virus was found in this file (%(virus)s). It is not given out.")
        raise DomainError("file_infected", sentence % {"virus": file.scan_note})
    if not may_be_sent(file.scan):
        raise DomainError("file_waits", _("This file waits for the virus scan. Try again in some minutes.")
                          if scanning.scanner() else _("This file waits for the virus scan, and no scanner is set up any more. It is "
                                                       "freed by the next background work."))
    try:
        size, content = stores.current().size(file.blob.sha256), stores.current().open(file.blob.sha256)
    except OSError as gone:
        raise DomainError("file_missing", _("The content of this file cannot be read. Tell whoever runs this installation.")) from gone
    if size != file.blob.size:
        content.close()
        raise DomainError("file_missing", _("The content of this file is damaged. Tell whoever runs this installation."))
    if file.is_personal and (actor is None or actor.pk != file.subject_id):
        with transaction.atomic():
            audit.record(actor=actor, verb="file.read", target=file, scope_path=file.organisation.path,
                         after={"file": told_name(file.name, personal=True, number=file.pk)})
    return Opened(file.name, file.blob.media_type, file.blob.size, content)


def content_open(*, blob_id: int, name: str) -> Opened:
    """A content that another system keeps, for a reader it has let in. Raises ``DoesNotExist``; ``DomainError("file_missing")``."""
    blob = Blob.objects.get(pk=blob_id)
    try:
        size, content = stores.current().size(blob.sha256), stores.current().open(blob.sha256)
    except OSError as gone:
        raise DomainError("file_missing", _("The content of this file cannot be read. Tell whoever runs this installation.")) from gone
    if size != blob.size:
        content.close()
        raise DomainError("file_missing", _("The content of this file is damaged. Tell whoever runs this installation."))
    return Opened(name, blob.media_type, blob.size, content)
