"""A deletion, and the rows it took."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from sheber.kit.folding import FoldedField, SortField, search_text, sort_text
from sheber.kit.localised import LocalisedField, LocalisedText


def _words(row: Any) -> str:
    return search_text([*LocalisedText.of(row.title).values(), row.place])


def _sort(language: str) -> Callable[[Any], str]:
    return lambda row: sort_text(LocalisedText.of(row.title).in_language(language)[0] or row.place)


class Deletion(models.Model):
    """One thing that somebody deleted, with what went with it. Put back, it keeps who and when, and the snapshot is emptied."""

    kind = models.CharField(max_length=60, help_text="of the registry, such as programmes.course")
    target_kind = models.CharField(max_length=60)
    target_id = models.CharField(max_length=64)
    title = LocalisedField()
    place = models.CharField(max_length=200, blank=True, help_text="where it stood, by codes")
    scope_path = models.CharField(max_length=255, help_text="path of the organisation it belonged to")
    counts = models.JSONField(default=dict, help_text="model to rows taken")
    extra = models.JSONField(default=dict, help_text="what its system needs to put it back")
    snapshot = models.TextField(blank=True, help_text="rows and links as JSON, see services.snapshots; empty once put back")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the snapshot")
    reason = models.CharField(max_length=300, blank=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    deleted_at = models.DateTimeField()
    kept_until = models.DateTimeField()
    restored_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    restored_at = models.DateTimeField(null=True, blank=True)
    search_text = FoldedField(_words)
    sort_kk = SortField(_sort("kk"))
    sort_ru = SortField(_sort("ru"))
    sort_en = SortField(_sort("en"))

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["kept_until"], name="deletion_kept"),
                   models.Index(fields=["-deleted_at"], condition=Q(restored_at__isnull=True), name="deletion_waiting")]
        constraints = [models.CheckConstraint(condition=Q(restored_at__isnull=True) | Q(snapshot=""), name="deletion_restored_is_empty")]

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"


class DeletedRow(models.Model):
    """A row that lies in a deletion: by it one finds what has to come back first."""

    deletion = models.ForeignKey(Deletion, on_delete=models.CASCADE, related_name="rows")
    model = models.CharField(max_length=100)
    key = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["model", "key"], name="deleted_row")]

    def __str__(self) -> str:
        return f"{self.model} {self.key}"
