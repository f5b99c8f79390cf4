"""What is remembered of attempts to sign in, of second steps and of sessions, for all web processes together."""

from django.conf import settings
from django.db import models


class Attempts(models.Model):
    """Failures counted under one key. The key is a keyed hash: what was typed and where it came from cannot be read back."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    held_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.failures}"


class FamiliarAddress(models.Model):
    """Somewhere an account was signed in to before: there, failures made elsewhere do not delay it."""

    key = models.CharField(max_length=64, primary_key=True)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key[:8]


class SecondStep(models.Model):
    """The secret a person shares with an app. ``last_step`` is that of the last code taken: no code is taken twice."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True)
    sealed = models.TextField()
    last_step = models.BigIntegerField()
    started_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.person_id}"


class RecoveryCode(models.Model):
    """A code for the day the app is lost; of it only a keyed hash."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "hash"], name="recovery_code_once")]

    def __str__(self) -> str:
        return self.hash[:8]


class SignedSession(models.Model):
    """What a person is told of a session of theirs. ``stamp`` is that of the account when it was last used: sessions of an earlier
    stamp have ended."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40, unique=True)
    stamp = models.CharField(max_length=128)
    browser = models.CharField(max_length=40, blank=True)
    system = models.CharField(max_length=40, blank=True)
    network = models.CharField(max_length=50, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-last_at"], name="session_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.browser} {self.system}"


class Identity(models.Model):
    """Somebody known at a provider is a person here. ``email`` is what the provider said last; it decides nothing once they are linked."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    email = models.EmailField(max_length=254)
    linked_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_one_person"),
                       models.UniqueConstraint(fields=["person", "issuer"], name="identity_once_per_provider")]

    def __str__(self) -> str:
        return f"{self.person_id} @ {self.issuer}"
