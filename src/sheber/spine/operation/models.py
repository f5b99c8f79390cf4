"""How many requests are left to whom; nothing else of operation lies in the database."""

from django.db import models


class Bucket(models.Model):
    """A bucket of tokens on PostgreSQL, where several machines share it; on SQLite a file of its own does (see ``limits``)."""

    key = models.CharField(max_length=80, primary_key=True)
    tokens = models.FloatField()
    at = models.FloatField(help_text="seconds since 1970, by the clock of the database")

    def __str__(self) -> str:
        return self.key
