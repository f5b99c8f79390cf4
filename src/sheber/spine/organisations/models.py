"""One tree of organisations, with the regions and sectors they lie in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sheber.kit.localised import LocalisedField
from sheber.kit.provenance import Provenance


class Region(Provenance):
    """Region or city of republican significance; facts of ``kazakhstan.yaml``."""

    code = models.CharField(max_length=8, primary_key=True)
    name = LocalisedField()
    kind = models.CharField(max_length=20)
    iso = models.CharField(max_length=8, blank=True)
    kato = models.CharField(max_length=12, blank=True)
    centre = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.name)


class Sector(Provenance):
    """Branch of industry."""

    code = models.CharField(max_length=40, primary_key=True)
    name = LocalisedField()
    fields = models.JSONField(default=list, help_text="classifier fields, e.g. 6B072")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.name)


class Organisation(models.Model):
    """A node of the tree; ``path`` lists the ids from the root, ``/1/4/9/``, so a subtree is one prefix."""

    class Kind(models.TextChoices):
        NATION = "nation", _("Nation")
        UNIVERSITY = "university", _("University")
        COLLEGE = "college", _("College")
        FACULTY = "faculty", _("Faculty")
        DEPARTMENT = "department", _("Department")
        ENTERPRISE = "enterprise", _("Enterprise")
        RESEARCH_CENTRE = "research_centre", _("Research centre")
        MINISTRY = "ministry", _("Ministry")
        NETWORK_OFFICE = "network_office", _("Network office")
        PARTNER_ABROAD = "partner_abroad", _("Partner abroad")

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = LocalisedField()
    short_name = LocalisedField(blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=255, unique=True, editable=False)
    country = models.CharField(max_length=2, default="KZ")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, blank=True)
    city = LocalisedField(blank=True)
    about = LocalisedField(blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    is_fictional = models.BooleanField(default=False)
    is_synthetic = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["path"]
        indexes = [models.Index(fields=["kind", "code"], name="organisation_kind_code")]

    def __str__(self) -> str:
        return str(self.name)
