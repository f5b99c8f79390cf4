"""Scanning what waits: files that came while the scanner was gone, and those of before there was one."""

from typing import Final

from django.db import transaction
from django.utils import timezone

from sheber.spine.audit import services as audit

from .. import scanning, stores
from ..models import StoredFile
from .attaching import told_name

AT_ONCE: Final = 500
Scan = StoredFile.Scan


def scan_waiting(*, tell: object = None) -> dict[str, int]:
    """Show up to ``AT_ONCE`` contents to the scanner, those that wait first. Raises ``ScannerGoneError`` when it is not there.

    Without a scanner, what waits becomes “not scanned”: that is what it is.
    """
    at, now = scanning.scanner(), timezone.now()
    if at is None:
        return {"freed": StoredFile.objects.filter(scan=Scan.WAITING).update(scan=Scan.NONE), "clean": 0, "infected": 0}
    found = {"freed": 0, "clean": 0, "infected": 0}
    waiting = StoredFile.objects.filter(scan__in=[Scan.WAITING, Scan.NONE]).order_by("-scan", "id")
    digests = dict.fromkeys(waiting.values_list("blob__sha256", flat=True)[:AT_ONCE])
    for digest in digests:
        if callable(tell):
            tell(found["clean"] + found["infected"], len(digests))
        try:
            content = stores.current().open(digest)
        except FileNotFoundError:                   # `sheber files check` names it; the others must not wait for it
            continue
        with content:
            verdict = scanning.scan(content, at)
        same = StoredFile.objects.filter(blob__sha256=digest)
        if verdict.is_clean:
            found["clean"] += same.filter(scan__in=[Scan.WAITING, Scan.NONE]).update(scan=Scan.CLEAN, scanned_at=now)
            continue
        with transaction.atomic():
            for file in same.exclude(scan=Scan.INFECTED).select_for_update(of=("self",)).select_related("organisation"):
                file.scan, file.scan_note, file.scanned_at = Scan.INFECTED, verdict.virus, now
                file.save(update_fields=["scan", "scan_note", "scanned_at"])
                audit.record(actor=None, verb="file.infected", target=file, scope_path=file.organisation.path,
                             after={"file": told_name(file.name, personal=file.is_personal, number=file.pk), "virus": verdict.virus})
                found["infected"] += 1
    return found
