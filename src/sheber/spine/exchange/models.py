"""Files that wait for their confirmation."""

from django.conf import settings
from django.db import models


class KeptFile(models.Model):
    """A file that one person has looked at in a dry run and may confirm, as it is, within the hour. One for each table."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    exchange = models.CharField(max_length=60)
    filename = models.CharField(max_length=200)
    data = models.BinaryField()
    plan = models.CharField(max_length=64, help_text="SHA-256 of what was shown, hexadecimal")
    options = models.JSONField(default=dict, help_text="what was asked beside the file")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "exchange"], name="kept_file_once")]
        indexes = [models.Index(fields=["kept_at"], name="kept_file_age")]

    def __str__(self) -> str:
        return f"{self.exchange} {self.filename}"
