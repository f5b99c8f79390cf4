"""What is remembered of attempts to sign in, for all web processes together."""

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
