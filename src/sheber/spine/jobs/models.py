"""Background work, the workers that do it, and when recurring work comes next."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Job(models.Model):
    """A piece of work. Times are of the clock of the database.

    ``token`` is the lease: whoever runs the work holds it, and all that a run writes here is written only while it still
    stands. ``beat`` is counted up by the worker; another worker that sees it stand still for long takes the work away.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("state of background work", "waiting")
        RUNNING = "running", pgettext_lazy("state of background work", "running")
        DONE = "done", pgettext_lazy("state of background work", "done")
        FAILED = "failed", pgettext_lazy("state of background work", "failed")
        CANCELLED = "cancelled", pgettext_lazy("state of background work", "cancelled")

    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    scope_path = models.CharField(max_length=255, default="/", help_text="path of the organisation it is for; /: the whole nation")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=8, default="kk", help_text="in which its sentences are written")
    is_recurring = models.BooleanField(default=False, help_text="started by the schedule")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)

    turn = models.CharField(max_length=300, blank=True, help_text="works with the same turn run one after another")
    waiting_key = models.CharField(max_length=300, null=True, blank=True, unique=True, help_text="while it was not yet taken")
    running_key = models.CharField(max_length=300, null=True, blank=True, unique=True, help_text="the turn, while it runs")

    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True, help_text="not before; empty: at once")
    wait_s = models.FloatField(null=True, blank=True, help_text="length of the wait that due_at ends, when it is no date somebody chose")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateTimeField(null=True, blank=True)

    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    token = models.CharField(max_length=32, blank=True)
    worker = models.CharField(max_length=120, blank=True)
    beat = models.BigIntegerField(default=0)
    beat_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)

    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0, help_text="0: not known")
    sentence = models.CharField(max_length=300, blank=True)
    result = models.JSONField(null=True, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.TextField(blank=True, help_text="for the person who asked; empty when they are told only that it failed")
    error_told = models.TextField(blank=True, help_text="for operators: class and message")
    trace = models.TextField(blank=True, help_text="for operators: where in the program")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="job_token_while_running",
                                   condition=(Q(state="running") & ~Q(token="")) | (~Q(state="running") & Q(token="")),
                                   violation_error_message=_("Work that runs is held by somebody; other work is not.")),
            models.CheckConstraint(condition=Q(state="running") | Q(running_key__isnull=True), name="job_turn_while_running",
                                   violation_error_message=_("Only work that runs has its turn."))]
        indexes = [models.Index(fields=["id"], condition=Q(state="waiting"), name="job_waiting"),
                   models.Index(fields=["id"], condition=Q(state="running"), name="job_running"),
                   models.Index(fields=["kept_until"], name="job_kept"),
                   models.Index(fields=["kind", "-id"], name="job_kind"),
                   models.Index(fields=["started_by", "-id"], name="job_starter"),
                   models.Index(fields=["scope_path", "-id"], name="job_scope")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"


class Worker(models.Model):
    """A worker process that is there, or was not long ago."""

    name = models.CharField(max_length=120, help_text="machine and number of the process")
    started_at = models.DateTimeField()
    beat = models.BigIntegerField(default=0)
    beat_at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False)
    done = models.PositiveIntegerField(default=0, help_text="works ended since it began")

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Schedule(models.Model):
    """When recurring work comes next."""

    kind = models.CharField(max_length=60, unique=True)
    next_at = models.DateTimeField()
    every_s = models.FloatField()
    last_at = models.DateTimeField(null=True, blank=True)
    last_job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False)

    class Meta:
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.kind} {self.next_at:%Y-%m-%d %H:%M}"
