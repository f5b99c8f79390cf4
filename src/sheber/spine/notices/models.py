"""Notices of people, what they chose, and the letters that wait to be sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Rhythm(models.TextChoices):
    """When letters about a type of notice go out."""

    AT_ONCE = "at_once", pgettext_lazy("letters", "at once")
    DAILY = "daily", pgettext_lazy("letters", "once a day")
    WEEKLY = "weekly", pgettext_lazy("letters", "once a week")
    NEVER = "never", pgettext_lazy("letters", "never")


class Notice(models.Model):
    """Something a person is told in the product. The words come from its type, in the reader's language."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=60)
    params = models.JSONField(default=dict, help_text="what the holes of the sentence are filled with; never a secret")
    link = models.CharField(max_length=500, blank=True, help_text="a path of this product")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    is_shown = models.BooleanField(default=True, help_text="it stands in the message centre; otherwise it only waits for a digest")
    digest = models.CharField(max_length=8, blank=True, choices=[(Rhythm.DAILY, Rhythm.DAILY.label), (Rhythm.WEEKLY, Rhythm.WEEKLY.label)],
                              help_text="the digest it waits for; empty when it waits for none or is in one already")
    once = models.CharField(max_length=120, blank=True, help_text="a person is told once under this key")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["person", "once"], condition=~Q(once=""), name="notice_once")]
        indexes = [models.Index(fields=["person", "-id"], name="notice_of_person"),
                   models.Index(fields=["person"], condition=Q(read_at__isnull=True, is_shown=True), name="notice_unread"),
                   models.Index(fields=["digest", "person"], condition=~Q(digest=""), name="notice_for_digest"),
                   models.Index(fields=["read_at"], name="notice_read")]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"


class Choice(models.Model):
    """What a person chose for a type of notice; without a row the type's own ways hold."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=60)
    is_shown = models.BooleanField(default=True)
    letters = models.CharField(max_length=8, choices=Rhythm.choices)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["person", "type"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.type} {self.letters}"


class Habit(models.Model):
    """When a person had the last digests, by the days of their own clock."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True)
    time_zone = models.CharField(max_length=40, blank=True, help_text="empty: that of the installation")
    daily_on = models.DateField(null=True, blank=True)
    weekly_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.person_id}"


class Letter(models.Model):
    """A letter that waits to be sent, or what became of it. The words are sealed, and blank once they are sent.

    While it is being sent ``token`` is the lease and ``next_at`` its end: a worker that dies leaves the letter to the next.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("state of a letter", "waiting")
        SENT = "sent", pgettext_lazy("state of a letter", "sent")
        FAILED = "failed", pgettext_lazy("state of a letter", "failed")
        DROPPED = "dropped", pgettext_lazy("state of a letter", "dropped")

    type = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+",
                               help_text="empty: somebody who has no account yet")
    email = models.EmailField()
    language = models.CharField(max_length=2, default="kk")
    sealed = models.TextField(blank=True, help_text="the words, encrypted; empty when it was sent")
    message_id = models.CharField(max_length=120, unique=True)
    about = models.CharField(max_length=80, blank=True, help_text="a newer letter about the same takes the place of one that still waits")
    is_bulk = models.BooleanField(default=False, help_text="it goes after letters that somebody waits for")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="what it says is of no use after this moment")
    token = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=20, blank=True)
    told = models.CharField(max_length=300, blank=True, help_text="what the mail server answered, without addresses")

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(state="waiting") | Q(token=""), name="letter_token_while_waiting",
                                              violation_error_message=_("Only a letter that waits is held by somebody.")),
                       models.CheckConstraint(condition=~Q(state="sent") | Q(sealed=""), name="letter_blank_once_sent",
                                              violation_error_message=_("The words of a letter that was sent are not kept."))]
        indexes = [models.Index(fields=["is_bulk", "next_at"], condition=Q(state="waiting"), name="letter_due"),
                   models.Index(fields=["about"], condition=~Q(about=""), name="letter_about"),
                   models.Index(fields=["state", "ended_at"], name="letter_ended")]

    def __str__(self) -> str:
        return f"{self.type} {self.pk} {self.state}"
