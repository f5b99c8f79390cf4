"""The ledger: what a person has shown, who saw it, and where it can be opened. Rows are only ever added."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EvidenceItem(models.Model):
    """One observation. A correction is a new item that supersedes; a withdrawal is one without a level."""

    class Setting(models.TextChoices):
        COURSE = "course", _("Course")
        INDUSTRIAL_TASK = "industrial_task", _("Industrial task")
        MACHINE_INDUCTION = "machine_induction", _("Machine induction")
        BENCH_FAULT = "bench_fault", _("Bench fault")
        RESEARCH = "research", _("Research")
        WORKPLACE = "workplace", _("Workplace")
        EMPLOYER_RATING = "employer_rating", _("Employer rating")

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evidence")
    competence = models.ForeignKey("competences.Competence", on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    setting = models.CharField(max_length=20, choices=Setting.choices)
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True,
                                 related_name="assessed_evidence")
    assessor_rule = models.CharField(max_length=60, blank=True, help_text="code of a system's rule, when no person assessed")
    observed_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    source_kind = models.CharField(max_length=40)
    source_id = models.CharField(max_length=40)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by")
    reason = models.TextField(blank=True, help_text="why the earlier item is superseded")
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["person", "competence"], name="evidence_person_competence"),
            models.Index(fields=["competence", "observed_on"], name="evidence_competence_day"),
            models.Index(fields=["source_kind", "source_id"], name="evidence_source"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__isnull=True) | Q(level__gte=0, level__lte=5), name="evidence_level_0_5",
                                   violation_error_message=_("A level lies between 0 and 5.")),
            models.CheckConstraint(condition=Q(level__isnull=False) | Q(supersedes__isnull=False),
                                   name="evidence_only_a_withdrawal_has_no_level"),
            models.CheckConstraint(condition=Q(assessor__isnull=False, assessor_rule="")
                                   | (Q(assessor__isnull=True) & ~Q(assessor_rule="")),
                                   name="evidence_one_assessor", violation_error_message=_("Name either a person or a rule as assessor.")),
            models.CheckConstraint(condition=Q(supersedes__isnull=True) | ~Q(reason=""), name="evidence_correction_has_reason",
                                   violation_error_message=_("Say why the earlier item is superseded.")),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} × {self.competence_id}: {self.level}"


class AttainmentSnapshot(models.Model):
    """What one person has shown of a list of competences, as computed from the ledger in a certain state.

    Made anew from the ledger at any time, so a row is nothing of its own: it may be deleted, and it may be overwritten.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    asked = models.CharField(max_length=32, help_text="digest of the competences in their order, and of the method")
    measured_day = models.IntegerField(help_text="proleptic ordinal of the day the figures are of")
    newest = models.BigIntegerField(help_text="every item up to this id was looked at")
    figures = models.BinaryField(help_text="level, low, high, standard error: eight bytes each; number of items: four bytes")
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "asked"], name="evidence_snapshot_person_asked")]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.asked}: up to item {self.newest}"
