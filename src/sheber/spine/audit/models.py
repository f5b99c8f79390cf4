"""The chain of everything written: each entry carries the hash of the one before."""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One write: who, what, before and after, why."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=60, db_index=True)
    target_kind = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    scope_path = models.CharField(max_length=255, blank=True, help_text="path of the organisation it concerns")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64, unique=True)
    seals = models.JSONField(default=dict, help_text="salts of values that may tell of a person, or commitments to erased ones")
    sealed_hash = models.CharField(max_length=64, blank=True, default="", help_text="of entries older than seals: their hash with seals")

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["target_kind", "target_id", "sequence"], name="audit_target"),
                   models.Index(fields=["scope_path", "sequence"], name="audit_scope")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb}"


class ErasedEntry(models.Model):
    """An entry that may lose values: the database lets its values, and nothing else of it, be changed once this row stands."""

    sequence = models.BigIntegerField(primary_key=True)
    named_in = models.BigIntegerField(help_text="number of the entry that names what was erased")

    def __str__(self) -> str:
        return f"{self.sequence} erased by {self.named_in}"


class AuditHead(models.Model):
    """The end of the chain; locked while an entry is added, so that a missing tail is noticed too."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    entry_hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"head {self.sequence}"


class AuditCheckpoint(models.Model):
    """What the last walk along the whole chain found, so that an answer reads only what came since. It is no proof by itself: whoever
    can change the database can change it too, and only the next walk along the whole tells.

    ``sequence`` and ``entry_hash``: the end of the last walk that found everything whole. ``broken``: what the last walk found
    (``sequence``, ``what``, ``expected``, ``found``), empty when it found everything whole. A backup leaves the row out.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    entry_hash = models.CharField(max_length=64, default="0" * 64)
    whole_at = models.DateTimeField(help_text="when the last walk from the first entry began")
    broken = models.JSONField(default=dict, blank=True, help_text="the first place that it found broken")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_checkpoint")]

    def __str__(self) -> str:
        return f"checkpoint {self.sequence}"
