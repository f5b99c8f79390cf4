"""Frameworks of competences, links between them, and the profiles that say what is required."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sheber.kit.localised import LocalisedField
from sheber.kit.provenance import Provenance


class Publication(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class Framework(Provenance):
    """A set of competences; immutable once published (a revision is a new row that ``replaces`` it)."""

    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    title = LocalisedField()
    publisher = models.CharField(max_length=120, blank=True)
    note = LocalisedField(blank=True)
    status = models.CharField(max_length=10, choices=Publication.choices, default=Publication.DRAFT)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    translation_origin = models.CharField(max_length=40, blank=True, help_text="e.g. own translation")
    published_at = models.DateTimeField(null=True, blank=True)
    edit_version = models.PositiveIntegerField(default=0, help_text="counts the changes of a draft and of its competences")

    class Meta:
        ordering = ["code", "version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="framework_code_version")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Competence(Provenance):
    """One item of a framework: a topic, an outcome or an attribute."""

    class Stage(models.TextChoices):
        CONCEIVE = "C", _("Conceive")
        DESIGN = "D", _("Design")
        IMPLEMENT = "I", _("Implement")
        OPERATE = "O", _("Operate")

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="competences")
    code = models.CharField(max_length=30, help_text="text: 4.7.10 is not a number")
    title = LocalisedField()
    short_title = LocalisedField(blank=True)
    meaning = LocalisedField(blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    depth = models.PositiveSmallIntegerField(default=1)
    sort = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=30, blank=True)
    stage = models.CharField(max_length=1, choices=Stage.choices, blank=True)
    is_extension = models.BooleanField(default=False)
    confirmed_part = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["framework", "sort", "code"]
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="competence_code_in_framework")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Alignment(Provenance):
    """A typed link from one competence to another, usually of another framework."""

    class Kind(models.TextChoices):
        EXACT = "exact", _("same as")
        MAIN = "main", _("mainly covered by")
        PARTIAL = "partial", _("partly covered by")
        REPLACED_BY = "replaced_by", _("replaced by")

    origin = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="alignments")
    target = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="aligned_from")
    kind = models.CharField(max_length=12, choices=Kind.choices)

    class Meta:
        ordering = ["origin", "target"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "target"], name="alignment_once"),
            models.CheckConstraint(condition=~Q(origin=models.F("target")), name="alignment_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} {self.kind} {self.target_id}"


class CaseFramework(models.Model):
    """What a framework that came as a CASE package has no column for; it goes out again as it came."""

    framework = models.OneToOneField(Framework, on_delete=models.CASCADE, primary_key=True, related_name="case")
    identifier = models.UUIDField(db_index=True)
    extra = models.JSONField(default=dict)
    links = models.JSONField(default=list, help_text="associations of the package that say more than an alignment")
    definitions = models.JSONField(default=dict)
    rubrics = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.identifier)


class CaseItem(models.Model):
    """The same of one competence, and the identifier it came with."""

    competence = models.OneToOneField(Competence, on_delete=models.CASCADE, primary_key=True, related_name="case")
    identifier = models.UUIDField(db_index=True)
    extra = models.JSONField(default=dict)
    edge = models.JSONField(default=dict, help_text="fields of the association that puts it below its parent")

    def __str__(self) -> str:
        return str(self.identifier)


class ProficiencyLevel(Provenance):
    """One of the levels 1-5 of the proficiency scale; 0 is nothing shown."""

    level = models.PositiveSmallIntegerField(primary_key=True, validators=[MaxValueValidator(5)])
    short = LocalisedField()
    meaning = LocalisedField()
    evidence_hint = LocalisedField(blank=True)

    class Meta:
        ordering = ["level"]

    def __str__(self) -> str:
        return f"{self.level} {self.short}"


class EngineerType(Provenance):
    """Technician, line engineer, innovative engineer, research engineer."""

    code = models.CharField(max_length=30, primary_key=True)
    title = LocalisedField()
    sort = models.PositiveSmallIntegerField(default=0)
    subtype_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    accord = models.CharField(max_length=20, blank=True)
    problem_range = models.CharField(max_length=30, blank=True)
    nqf = models.JSONField(default=list)
    eqf = models.JSONField(default=list)
    stage_weights = models.JSONField(default=dict, help_text="share of C, D, I, O")
    rationale = LocalisedField(blank=True)

    class Meta:
        ordering = ["sort"]

    def __str__(self) -> str:
        return str(self.title)


class Occupation(Provenance):
    """An occupation whose ratings shade the targets of its engineer type."""

    soc = models.CharField(max_length=12, primary_key=True)
    title = LocalisedField()
    engineer_type = models.ForeignKey(EngineerType, on_delete=models.PROTECT, related_name="occupations")
    type_rule = models.CharField(max_length=200, blank=True)
    job_zone = models.PositiveSmallIntegerField(null=True, blank=True)
    sector_code = models.CharField(max_length=40, blank=True)
    isco08 = models.CharField(max_length=8, blank=True)
    programme_field = models.CharField(max_length=12, blank=True)
    programme_group = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ["soc"]

    def __str__(self) -> str:
        return str(self.title)


class Profile(Provenance):
    """What is required: a level 0-5 and a weight per competence; versioned like a framework."""

    class Kind(models.TextChoices):
        ENGINEER_TYPE = "engineer_type", _("Engineer type")
        OCCUPATION = "occupation", _("Occupation")

    kind = models.CharField(max_length=14, choices=Kind.choices)
    version = models.CharField(max_length=20)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="profiles")
    engineer_type = models.ForeignKey(EngineerType, on_delete=models.PROTECT, related_name="profiles")
    occupation = models.ForeignKey(Occupation, on_delete=models.PROTECT, null=True, blank=True, related_name="profiles")
    status = models.CharField(max_length=10, choices=Publication.choices, default=Publication.DRAFT)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    attribution = models.TextField(blank=True)

    class Meta:
        ordering = ["kind", "engineer_type", "occupation", "version"]
        constraints = [
            models.UniqueConstraint(fields=["engineer_type", "version"], condition=Q(occupation__isnull=True), name="profile_type_version"),
            models.UniqueConstraint(fields=["occupation", "version"], condition=Q(occupation__isnull=False),
                                    name="profile_occupation_version"),
            models.CheckConstraint(
                condition=Q(kind="engineer_type", occupation__isnull=True) | Q(kind="occupation", occupation__isnull=False),
                name="profile_kind_matches"),
        ]

    def __str__(self) -> str:
        return f"{self.occupation or self.engineer_type} {self.version}"


class ProfileTarget(models.Model):
    """Required proficiency of one competence. Level is empty when the source cannot tell."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="targets")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="+")
    level = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(5)])
    level_low = models.FloatField(null=True, blank=True)
    level_high = models.FloatField(null=True, blank=True)
    weight = models.FloatField(validators=[MinValueValidator(0), MaxValueValidator(1)])
    element_count = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["profile", "competence"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "competence"], name="profile_target_once"),
            models.CheckConstraint(condition=Q(level__isnull=True) | Q(level__gte=0, level__lte=5), name="profile_target_level_0_5"),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=1), name="profile_target_weight_share"),
        ]

    def __str__(self) -> str:
        return f"{self.competence_id}: {self.level}"
