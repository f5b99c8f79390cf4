"""One tree of organisations, with the regions and sectors they lie in."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from sheber.kit.folding import FoldedField, SortField, search_text, sort_text
from sheber.kit.localised import LocalisedField, LocalisedText
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


def _sort(language: str) -> Any:
    return lambda node: sort_text(LocalisedText.of(node.name).in_language(language)[0] or node.code)


def _words(node: Any) -> str:
    texts = [LocalisedText.of(field) for field in (node.name, node.short_name, node.city)]
    return search_text([node.code, *(text for one in texts for text in one.values())])


COMPUTED = ("search_text", "sort_kk", "sort_ru", "sort_en")


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
    closed_on = models.DateField(null=True, blank=True)
    edit_version = models.PositiveIntegerField(default=0, help_text="counts the saves of what the organisation is and where it stands")
    search_text = FoldedField(_words)
    sort_kk = SortField(_sort("kk"))
    sort_ru = SortField(_sort("ru"))
    sort_en = SortField(_sort("en"))

    class Meta:
        ordering = ["path"]
        indexes = [models.Index(fields=["kind", "code"], name="organisation_kind_code")]

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What organisations are searched and sorted by follows their code and names."""
        fields = kwargs.get("update_fields")
        if fields is not None and {"code", "name", "short_name", "city"} & set(fields):
            kwargs["update_fields"] = {*fields, *COMPUTED}
        super().save(*args, **kwargs)
