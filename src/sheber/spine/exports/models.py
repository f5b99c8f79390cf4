"""Files that people asked for and that background work has written, or is writing."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Export(models.Model):
    """What one person takes out: the address of a list with its filters, and when it is made, its content.

    The content is pointed at here and nowhere else, so it counts against no quota. ``rights`` are those of the person when it
    was made (permission to paths): whoever holds less by now does not get it.
    """

    class Kind(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=2000, help_text="path and query of the list")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    title = models.CharField(max_length=200)
    filename = models.CharField(max_length=200)
    language = models.CharField(max_length=8)
    narrowing = models.JSONField(null=True, blank=True, help_text="scopes and path of the token it was asked with")
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    rows = models.BigIntegerField(null=True, blank=True, help_text="expected, then written; empty: not counted")
    rights = models.JSONField(default=dict, blank=True)
    blob = models.ForeignKey("files.Blob", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateTimeField(help_text="removed after this moment, made or not")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"], name="export_owner"), models.Index(fields=["kept_until"], name="export_kept")]
        constraints = [models.CheckConstraint(
            name="export_made_has_content",
            condition=Q(blob__isnull=True, made_at__isnull=True) | Q(blob__isnull=False, made_at__isnull=False),
            violation_error_message=_("An export that is made has its content."))]

    def __str__(self) -> str:
        return self.filename
