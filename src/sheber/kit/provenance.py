"""Where a reference fact comes from, and how far it can be trusted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Provenance(models.Model):
    """Status and sources of a reference row; shown wherever the row is shown."""

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        FROM_MEMORY = "from memory", _("from memory")
        PROPOSED = "proposed", _("proposed")

    status_of_fact = models.CharField(max_length=12, choices=Status.choices, default=Status.PROPOSED)
    sources = models.JSONField(default=list, blank=True, help_text="ids of sources.csv")

    class Meta:
        abstract = True
