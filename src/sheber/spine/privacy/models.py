"""Who asked to be erased, who was, and what people consented to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ErasureRequest(models.Model):
    """Somebody asked for their own erasure, and what was decided."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("state of a request for erasure", "waiting")
        DONE = "done", pgettext_lazy("state of a request for erasure", "carried out")
        REFUSED = "refused", pgettext_lazy("state of a request for erasure", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("state of a request for erasure", "withdrawn")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True, help_text="what the person added; blank once they are erased")
    asked_at = models.DateTimeField()
    due_on = models.DateField(help_text="by when it is to be decided")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(blank=True, help_text="the reason of the decision, told to the person")
    kept_until = models.DateField(null=True, blank=True, help_text="of a refusal: the law or a dispute asks that the data stay until then")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(state="waiting"), name="erasure_asked_once"),
            models.CheckConstraint(condition=Q(kept_until__isnull=True) | Q(state="refused"), name="erasure_kept_when_refused",
                                   violation_error_message=_("Only a refusal keeps data until a day."))]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Erasure(models.Model):
    """A person was erased. Read out before a restore, so that a backup never brings them back; it holds nothing that names them."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", primary_key=True)
    account_made_at = models.DateTimeField(help_text="so that the number is not taken for that of somebody else")
    erased_at = models.DateTimeField()
    erased_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField()
    entries = models.PositiveIntegerField(default=0, help_text="entries of the record of changes that lost values")

    class Meta:
        ordering = ["erased_at"]

    def __str__(self) -> str:
        return f"{self.person_id}"


class ConsentChange(models.Model):
    """A consent given or taken back. Rows are only ever added; the newest of a purpose holds."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    is_given = models.BooleanField()
    language = models.CharField(max_length=2)
    text = models.TextField(help_text="what the person read")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["person", "purpose", "-id"], name="consent_of_person"),
                   models.Index(fields=["purpose", "person"], name="consent_to_purpose")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.is_given}"
