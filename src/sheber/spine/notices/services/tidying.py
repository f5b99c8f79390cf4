"""Taking away what is old."""

import datetime as dt
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from ..models import Letter, Notice

PORTION: Final = 1000
LETTERS_KEPT: Final = dt.timedelta(days=14)
"""How long it is known that a letter was sent, dropped or failed; then the address goes too."""


def forget_old() -> tuple[int, int]:
    """Remove notices read long ago, very old ones that nobody read, and letters that ended; how many of each."""
    now = timezone.now()
    kept = dt.timedelta(days=settings.NOTICES_KEPT_DAYS)
    # What has expired while it waited is of no use, and its words may open an account.
    Letter.objects.filter(state=Letter.State.FAILED, expires_at__lt=now).exclude(sealed="").update(sealed="")
    notices = _removed(Notice.objects.filter(read_at__lt=now - kept)) + _removed(Notice.objects.filter(created_at__lt=now - 4 * kept))
    letters = _removed(Letter.objects.exclude(state=Letter.State.WAITING).filter(ended_at__lt=now - LETTERS_KEPT))
    return notices, letters


def _removed(rows: QuerySet[Any]) -> int:
    count = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:PORTION]):
        count += rows.model._default_manager.filter(pk__in=keys).delete()[0]
    return count
