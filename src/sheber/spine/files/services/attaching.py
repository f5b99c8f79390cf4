"""Attaching a file to a thing."""

from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit

from .. import stores, targets
from ..models import StoredFile
from ..rules.content import Kind
from ..rules.names import clean_name, ending
from .blobs import blob_locked
from .quota import fits_locked, path_of
from .receiving import Received, kind_of, not_kept, received, refused, scan_state


@dataclass(frozen=True, slots=True)
class FileAttached:
    """The file that was made; ``is_open`` when it can be opened at once."""

    id: int
    name: str
    scan: str


def file_attach(*, actor: audit.Actor, kind: str, key: str, name: str, content: BinaryIO, purpose: str = "") -> FileAttached:
    """Keep ``content`` as a file of the thing ``key`` of a kind stated in :mod:`~sheber.spine.files.targets`.

    Read, judged and scanned before the transaction begins, so that nobody waits for a slow sender. Raises ``DomainError``:
    ``bad_file`` (detail ``reason``), ``unknown_target``, ``file_needs_person``, ``quota_full``, ``store_gone``, ``store_full``.
    """
    known = targets.kind_of(kind)
    thing = targets.thing(kind, key)
    if known is None or thing is None:
        raise DomainError("unknown_target", _("There is nothing here that a file could be attached to."), kind=kind, key=key)
    if known.personal and thing.subject_id is None:
        raise DomainError("file_needs_person", _("A file here is about a person, and nobody says about whom."))
    name = clean_name(name)
    with received(content) as got:
        found = kind_of(got, name)
        scan, virus = scan_state(got)
        if scan == StoredFile.Scan.INFECTED:
            with transaction.atomic():
                audit.record(actor=actor, verb="file.refused", target=(kind, key), scope_path=path_of(thing.organisation_id),
                             after={"file": told_name(name, personal=known.personal), "virus": virus})
            raise refused(_("The virus scanner found “%(virus)s” in the file. It was not taken.") % {"virus": virus}, "virus")
        try:
            stores.current().put(got.sha256, _from_start(got))
            return _written(actor, known, key, thing, name, purpose, got, found, scan)
        except OSError as gone:
            raise not_kept(gone) from gone


@transaction.atomic
def _written(actor: audit.Actor, known: targets.Kind, key: str, thing: targets.Thing, name: str, purpose: str, got: Received, found: Kind,
             scan: str) -> FileAttached:
    path, now = fits_locked(thing.organisation_id, got.size), timezone.now()
    blob = blob_locked(digest=got.sha256, size=got.size, media_type=found.media_type, now=now)
    store = stores.current()
    if store.size(got.sha256) != got.size:              # collected between the writing and the lock
        store.put(got.sha256, _from_start(got))
    blob.touched_at = now
    blob.save(update_fields=["touched_at"])
    person: Any = actor if actor is not None and actor.is_authenticated else None
    file = StoredFile.objects.create(
        name=name, blob=blob, target_kind=known.code, target_id=key, organisation_id=thing.organisation_id, subject_id=thing.subject_id,
        is_personal=known.personal, purpose=" ".join(purpose.replace("\x00", "").split())[:200],
        uploaded_by_id=person.pk if person else None, uploaded_at=now, scan=scan,
        scanned_at=now if scan == StoredFile.Scan.CLEAN else None)
    audit.record(actor=actor, verb="file.attached", target=file, scope_path=path,
                 after={"file": told_name(name, personal=known.personal, number=file.pk), "kind": known.code, "key": key, "size": got.size,
                        "sha256": got.sha256, "scan": scan})
    return FileAttached(file.pk, file.name, file.scan)


def told_name(name: str, *, personal: bool, number: int | None = None) -> str:
    """How the record of changes calls a file: the name of one about a person may itself say something about them."""
    if not personal:
        return name
    return f"№ {number} (.{ending(name)})" if number else f".{ending(name)}"


def _from_start(got: Received) -> BinaryIO:
    got.file.seek(0)
    return got.file
