"""Letters that hold many notices, written in the morning of the person."""

from collections import defaultdict
from typing import Any, get_args
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sheber.kit import formats

from .. import types
from ..models import Habit, Notice
from ..rules.mornings import Digest, digest_day
from ..rules.wording import sentence_of
from .choices import DIGEST
from .outbox import letter_write, mail_is_sent

MOST_OF_A_TYPE = 20


def digests_write() -> int:
    """Write the digests that are due; how many. Each person is a transaction of its own, so beginning anew repeats none."""
    if not mail_is_sent():
        Notice.objects.exclude(digest="").update(digest="")
        return 0
    return sum(_written(kind, person_id) for kind in get_args(Digest) for person_id in _due(kind))


def _due(kind: Digest) -> list[int]:
    """People for whom one is due; two queries however many there are."""
    now = timezone.now()
    oldest = dict(Notice.objects.filter(digest=kind).order_by().values_list("person_id").annotate(Min("created_at")))
    waiting = Notice.objects.filter(digest=kind).order_by().values("person_id")
    habits = {row[0]: row[1:] for row in Habit.objects.filter(person__in=waiting).values_list("person_id", "time_zone", f"{kind}_on")}
    found = []
    for person_id, since in oldest.items():
        zone, last_on = habits.get(person_id, ("", None))
        if digest_day(kind, now=now, zone=zone_of(zone), oldest=since, last_on=last_on):
            found.append(person_id)
    return sorted(found)


def zone_of(name: str) -> ZoneInfo:
    """The person's time zone, or that of the installation."""
    return ZoneInfo(name or settings.TIME_ZONE)


@transaction.atomic
def _written(kind: Digest, person_id: int) -> bool:
    """Looked at again behind the lock of the person: of two that come at once, the second finds nothing due."""
    person: Any = get_user_model()._default_manager.select_for_update().filter(pk=person_id).first()
    rows = list(Notice.objects.filter(person_id=person_id, digest=kind).order_by("id"))
    if person is None or not rows:
        return False
    habit, _made = Habit.objects.get_or_create(person_id=person_id)
    day = digest_day(kind, now=timezone.now(), zone=zone_of(habit.time_zone), oldest=min(row.created_at for row in rows),
                     last_on=getattr(habit, f"{kind}_on"))
    if day is None:
        return False
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(digest="")
    setattr(habit, f"{kind}_on", day)
    habit.save(update_fields=[f"{kind}_on"])
    if not person.is_active:
        return False
    letter_write(type=DIGEST, email=person.email, language=person.language, person_id=person_id, is_bulk=True,
                 body=digest_body(rows, person.language))
    return True


def digest_body(rows: list[Notice], language: str) -> str:
    """The notices by type, the newest first in each."""
    groups: dict[str, list[Notice]] = defaultdict(list)
    for row in reversed(rows):
        groups[row.type].append(row)
    with translation.override(language):
        parts = [ngettext("%(n)s notice since the last letter.", "%(n)s notices since the last letter.", len(rows)) % {"n": len(rows)}]
        for code, members in groups.items():
            known = types.find(code)
            if known is None:
                continue
            lines = [f"{known.title} ({len(members)})"]
            for row in members[:MOST_OF_A_TYPE]:
                lines.append(f"- {formats.date(timezone.localdate(row.created_at))}: {sentence_of(known.sentence, row.params)}")
                if row.link:
                    lines.append(f"  {settings.PUBLIC_URL}{row.link}")
            rest = len(members) - MOST_OF_A_TYPE
            if rest > 0:
                lines.append(ngettext("- and %(n)s more", "- and %(n)s more", rest) % {"n": rest})
            parts.append("\n".join(lines))
        parts.append(_("All notices: %(address)s") % {"address": settings.PUBLIC_URL + reverse("notices:list")})
        return "\n\n".join(parts)
