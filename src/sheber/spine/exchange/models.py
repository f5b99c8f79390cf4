"""Files that are looked through, and those that wait for their confirmation."""

from django.conf import settings
from django.db import models


class KeptFile(models.Model):
    """A file that one person has looked at in a dry run and may confirm, as it is, within the hour. One for each table.

    A large one waits first for background work, ``job``, to look through it, which leaves what it found in ``outcome``. What came over the
    API waits by itself, however many there are.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    exchange = models.CharField(max_length=60)
    filename = models.CharField(max_length=200)
    data = models.BinaryField()
    plan = models.CharField(max_length=64, help_text="SHA-256 of what was shown, hexadecimal")
    options = models.JSONField(default=dict, help_text="what was asked beside the file")
    kept_at = models.DateTimeField()
    purpose = models.CharField(max_length=10, default="page", help_text="page or api: where it came in")
    job = models.BigIntegerField(null=True, blank=True, help_text="number of the background work that looks through it or writes it")
    outcome = models.JSONField(null=True, blank=True, help_text="what background work found, in the language of who asked")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "exchange"], condition=models.Q(purpose="page"), name="kept_file_once")]
        indexes = [models.Index(fields=["kept_at"], name="kept_file_age")]

    def __str__(self) -> str:
        return f"{self.exchange} {self.filename}"
