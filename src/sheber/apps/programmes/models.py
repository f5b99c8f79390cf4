"""Programmes in versions: courses, requisites, outcomes and the competence matrix."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sheber.kit.localised import LocalisedField


class Programme(models.Model):
    """A degree programme of a university; what it promises is in its versions."""

    code = models.CharField(max_length=20, help_text="classifier code, e.g. 6B07201")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+",
                                     help_text="faculty or university that runs it")
    title = LocalisedField()
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["code", "organisation"], name="programme_code_in_organisation")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class ProgrammeVersion(models.Model):
    """What is promised to the students admitted under it."""

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("programme version", "draft")
        PUBLISHED = "published", pgettext_lazy("programme version", "in force")
        ARCHIVED = "archived", pgettext_lazy("programme version", "archived")

    class Degree(models.TextChoices):
        COLLEGE = "college", _("Mid-level specialist")
        APPLIED_BACHELOR = "applied_bachelor", _("Applied bachelor")
        BACHELOR = "bachelor", _("Bachelor")
        MASTER_PROFILE = "master_profile", _("Profile master")
        MASTER_SCIENTIFIC = "master_scientific", _("Scientific and pedagogical master")
        DOCTOR = "doctor", _("Doctor (PhD)")

    class System(models.TextChoices):
        SEMESTER = "semester", _("Semester")
        QUARTER = "quarter", _("Quarter")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    engineer_type = models.ForeignKey("competences.EngineerType", on_delete=models.PROTECT, related_name="+")
    framework = models.ForeignKey("competences.Framework", on_delete=models.PROTECT, related_name="+")
    degree = models.CharField(max_length=20, choices=Degree.choices)
    qualification = LocalisedField(blank=True)
    nqf = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(8)])
    eqf = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(8)])
    isced_f = models.CharField(max_length=8, blank=True)
    classifier_group = models.CharField(max_length=12, blank=True)
    languages = models.JSONField(default=list)
    years = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(8)])
    credits = models.PositiveSmallIntegerField()
    hours_per_credit = models.PositiveSmallIntegerField(default=30)
    system = models.CharField(max_length=10, choices=System.choices, default=System.SEMESTER)
    term_load_min = models.FloatField(default=27)
    term_load_target = models.FloatField(default=30)
    term_load_max = models.FloatField(default=33)
    admission = LocalisedField(blank=True)
    practice_note = LocalisedField(blank=True)
    sectors = models.JSONField(default=list)
    task_complexity = models.CharField(max_length=40, blank=True)
    entry_levels = models.JSONField(default=dict, help_text="competence code to level assumed at entry")
    target_overrides = models.JSONField(default=dict, help_text="competence code to level, where it differs from the engineer type")
    edit_version = models.PositiveIntegerField(default=1, help_text="counts saves; a stale save is refused")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["programme", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "version"], name="programme_version_once"),
            models.CheckConstraint(condition=Q(term_load_min__lte=models.F("term_load_max")), name="programme_term_load_order"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.version}"


class Term(models.Model):
    """A term of study, numbered from 1."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="terms")
    number = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10, choices=[
        ("autumn", _("autumn")), ("winter", _("winter")), ("spring", _("spring")), ("summer", _("summer"))])

    class Meta:
        ordering = ["version", "number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="term_number_in_version")]

    def __str__(self) -> str:
        return f"term {self.number}"


class Course(models.Model):
    """A course of one version."""

    class Cycle(models.TextChoices):
        GENERAL = "general", pgettext_lazy("cycle of courses", "general")
        BASIC = "basic", pgettext_lazy("cycle of courses", "basic")
        MAJOR = "major", pgettext_lazy("cycle of courses", "major")
        OTHER = "other", pgettext_lazy("cycle of courses", "other")

    class Delivery(models.TextChoices):
        LECTURE = "lecture", pgettext_lazy("way of teaching", "lectures")
        LAB = "lab", pgettext_lazy("way of teaching", "laboratory")
        PRACTICE = "practice", pgettext_lazy("way of teaching", "practice")
        PROJECT = "project", pgettext_lazy("way of teaching", "project")
        THESIS = "thesis", pgettext_lazy("way of teaching", "thesis")

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="courses")
    code = models.CharField(max_length=30)
    title = LocalisedField()
    ects = models.FloatField(validators=[MinValueValidator(0), MaxValueValidator(60)])
    term = models.PositiveSmallIntegerField(null=True, blank=True)
    cycle = models.CharField(max_length=10, choices=Cycle.choices, default=Cycle.OTHER)
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.LECTURE)
    contact_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    lab_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    self_study_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    features = models.JSONField(default=list)
    sort = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["version", "term", "sort", "code"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="course_code_in_version"),
            models.CheckConstraint(condition=Q(ects__gte=0, ects__lte=60), name="course_ects_0_60",
                                   violation_error_message=_("Credits lie between 0 and 60.")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Requisite(models.Model):
    """``need`` of the ``options`` must be passed before (prerequisite) or beside (corequisite) the course.

    Options are course codes of the same version, kept as text so that a code that leads nowhere can be shown.
    """

    class Kind(models.TextChoices):
        PREREQUISITE = "prerequisite", _("prerequisite")
        COREQUISITE = "corequisite", _("corequisite")
        STRICT_COREQUISITE = "strict_corequisite", _("strict corequisite")

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="requisites")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    need = models.PositiveSmallIntegerField(default=1)
    options = models.JSONField(default=list)
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["course", "sort", "id"]
        constraints = [models.CheckConstraint(condition=Q(need__gte=1), name="requisite_needs_one")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.need} of {self.options}"


class LearningOutcome(models.Model):
    """What a student can do after the course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="learning_outcomes")
    code = models.CharField(max_length=40)
    text = LocalisedField()
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["course", "sort"]
        constraints = [models.UniqueConstraint(fields=["course", "code"], name="outcome_code_in_course")]

    def __str__(self) -> str:
        return self.code


class MatrixCell(models.Model):
    """A course introduces, teaches or utilises a competence, to a planned level."""

    class Mode(models.TextChoices):
        INTRODUCE = "I", _("Introduce")
        TEACH = "T", _("Teach")
        UTILISE = "U", _("Utilise")

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="cells")
    competence = models.ForeignKey("competences.Competence", on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=1, choices=Mode.choices)
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    assessed_by = LocalisedField(blank=True)

    class Meta:
        ordering = ["course", "competence"]
        constraints = [
            models.UniqueConstraint(fields=["course", "competence"], name="one_cell_per_course_and_competence"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="cell_level_1_5",
                                   violation_error_message=_("A planned level lies between 1 and 5.")),
        ]

    def __str__(self) -> str:
        return f"{self.mode}{self.level}"


class Enrolment(models.Model):
    """A student of a programme version."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="enrolments")
    entry_year = models.PositiveSmallIntegerField()
    class_year = models.PositiveSmallIntegerField(help_text="year of graduation")
    goal = models.ForeignKey("competences.EngineerType", on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["student", "version"], name="enrolled_once")]
        indexes = [models.Index(fields=["version", "class_year"], name="enrolment_class"),
                   models.Index(fields=["version", "is_active"], name="enrolment_studying")]

    def __str__(self) -> str:
        return f"{self.student_id} in {self.version_id}"


class Assessment(models.Model):
    """An assessed piece of work in a course: what evidence from the course opens at."""

    class Kind(models.TextChoices):
        EXAM = "exam", _("Exam")
        LAB_REPORT = "lab_report", _("Laboratory report")
        PROJECT_DEFENCE = "project_defence", _("Project defence")
        PRACTICE_REPORT = "practice_report", _("Practice report")
        THESIS_DEFENCE = "thesis_defence", _("Thesis defence")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="assessments")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = LocalisedField()
    held_on = models.DateField()
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["held_on", "id"]

    def __str__(self) -> str:
        return f"{self.title} {self.held_on}"
