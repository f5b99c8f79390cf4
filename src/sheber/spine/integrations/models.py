"""Tokens, answers kept for repeated requests, and webhooks with what was sent to them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApiToken(models.Model):
    """A key by which a program acts for a person. Only its hash is kept; ``prefix`` is what people recognise it by."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the whole token, hexadecimal")
    scopes = models.JSONField(default=list, help_text="permissions, and “own”")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                     help_text="works at and below this node; empty: wherever its owner may")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"], name="token_owner")]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class KeptAnswer(models.Model):
    """The answer to a request that carried an ``Idempotency-Key``; while ``status`` is empty the request is being worked on."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_id = models.BigIntegerField(default=0, help_text="0: the request came by a session")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, address and body")
    claim = models.CharField(max_length=32, help_text="who works on it: a new value for each attempt")
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    sealed = models.BinaryField(default=bytes, help_text="headers and body, encrypted: an answer may hold a secret that is shown once")
    claimed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "token_id", "key"], name="kept_answer_once")]
        indexes = [models.Index(fields=["claimed_at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return f"{self.key} {self.status or '…'}"


class Webhook(models.Model):
    """An address that is told of public events at and below a node."""

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("state of a webhook", "active")
        PAUSED = "paused", pgettext_lazy("state of a webhook", "paused")
        DISABLED = "disabled", pgettext_lazy("state of a webhook", "switched off after failures")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_by = models.ForeignKey(ApiToken, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
                                help_text="the token it was made by; it ends with the token")
    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    events = models.JSONField(default=list, help_text="codes of public events")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    sealed_secret = models.BinaryField(help_text="encrypted with the key of the installation")
    sealed_earlier = models.BinaryField(default=bytes, help_text="the secret before, while it is still signed with")
    earlier_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    failing_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    edit_version = models.PositiveIntegerField(default=0, help_text="counts what people change: name, address, events, state, secret")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event for one webhook: the outbox row, written in the transaction of the change it tells of."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("state of a delivery", "waiting")
        SENT = "sent", pgettext_lazy("state of a delivery", "delivered")
        FAILED = "failed", pgettext_lazy("state of a delivery", "given up")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=60, help_text="the same for every attempt and every replay of one event")
    event = models.CharField(max_length=60)
    payload = models.TextField(help_text="the very bytes that are signed and sent")
    happened_at = models.DateTimeField()
    is_replay = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["webhook", "message_id"], condition=Q(is_replay=False), name="delivery_once"),
                       models.CheckConstraint(condition=~Q(state="waiting") | Q(next_at__isnull=False), name="delivery_waits_for_a_time",
                                              violation_error_message=_("A delivery that waits has a time."))]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="waiting"), name="delivery_due"),
                   models.Index(fields=["webhook", "-id"], name="delivery_log")]

    def __str__(self) -> str:
        return f"{self.event} {self.state}"


class Attempt(models.Model):
    """One try of a delivery: what was asked, what was answered, heads only."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    request_head = models.TextField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    response_head = models.TextField(blank=True)
    problem = models.CharField(max_length=40, blank=True, help_text="code of what went wrong before there was an answer")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.status or self.problem}"
