"""One clock for all workers: that of the database. On SQLite it is the clock of the machine, on which all workers are."""

import datetime as dt

from django.db import connection
from django.utils import timezone


def now() -> dt.datetime:
    """The moment, by the database."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: dt.datetime = cursor.fetchone()[0]
    return found
