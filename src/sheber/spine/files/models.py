"""Contents, each kept once, and the files people know: a name, whose it is, and what it is attached to."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sheber.kit.folding import FoldedField, SortField, search_text, sort_text


class Blob(models.Model):
    """A content. Nobody reaches it but through a file of theirs, so that equal bytes tell nothing about anybody else."""

    id = models.BigAutoField(primary_key=True)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField(help_text="bytes")
    media_type = models.CharField(max_length=100, help_text="told by the content")
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField(help_text="when a file last came to it or left it")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="blob_holds_something")]

    def __str__(self) -> str:
        return self.sha256


def _words(file: Any) -> str:
    return search_text([file.name, file.purpose])


def _sort(file: Any) -> str:
    return sort_text(file.name)


class StoredFile(models.Model):
    """A file attached to one thing of some system. Who may see it is told by that system, never by the content."""

    class Scan(models.TextChoices):
        NONE = "none", pgettext_lazy("file", "not scanned")
        WAITING = "waiting", pgettext_lazy("file", "waits for the virus scan")
        CLEAN = "clean", pgettext_lazy("file", "scanned")
        INFECTED = "infected", pgettext_lazy("file", "virus found")

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=200)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="files")
    target_kind = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                help_text="the person it is about")
    is_personal = models.BooleanField(default=False)
    purpose = models.CharField(max_length=200, blank=True, help_text="what it is, in the words of whoever attached it")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField()
    scan = models.CharField(max_length=10, choices=Scan.choices, default=Scan.NONE)
    scan_note = models.CharField(max_length=100, blank=True, help_text="what the scanner calls it")
    scanned_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    search_text = FoldedField(_words)
    sort_name = SortField(_sort)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["target_kind", "target_id"], name="file_target"),
            models.Index(fields=["removed_at"], name="file_removed", condition=Q(removed_at__isnull=False)),
            models.Index(fields=["scan"], name="file_unscanned", condition=Q(scan__in=["none", "waiting"])),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(is_personal=False) | Q(subject__isnull=False), name="file_of_a_person_names_the_person",
                                   violation_error_message=_("A file about a person names the person.")),
        ]

    def __str__(self) -> str:
        return self.name
