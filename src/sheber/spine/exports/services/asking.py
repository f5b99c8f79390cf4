"""Asking for a file: looked at once, so that what cannot be made is refused at once, then left to background work."""

import datetime as dt
from typing import Any, Final, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sheber.kit import formats
from sheber.kit.errors import DomainError
from sheber.kit.exports import Asked, Format, known
from sheber.spine.audit import services as audit
from sheber.spine.jobs.models import Job
from sheber.spine.jobs.services import job_start
from sheber.spine.people.access import narrowing_of

from ..models import Export
from ..rules import file_address, list_address
from .visiting import visit

MOST: Final = 20
"""Files of one person at a time."""


def too_long(asked: Asked) -> DomainError:
    """A sheet has an end, whatever we do."""
    sentence = _("A workbook holds %(most)s rows at most, and this list has more. Take it as CSV.")
    return DomainError("export_too_long", sentence % {"most": formats.number(asked.most or 0)}, most=asked.most)


def export_ask(*, person: Any, address: str, kind: str) -> Export:
    """Ask for the file of the list at ``address`` (path and query); one that is being written already is given back.

    Raises ``DomainError``: ``export_unknown``, ``export_not_allowed``, ``export_too_long``, ``exports_full``.
    """
    wanted, clean = known(kind), list_address(address)
    if wanted is None or clean is None:
        raise DomainError("export_unknown", _("There is no list to export at this address."))
    found: list[Asked] = []

    def take(asked: Asked) -> HttpResponse:
        if asked.most is not None and (asked.total or 0) > asked.most:
            raise too_long(asked)
        found.append(asked)
        return HttpResponse()

    visit(person=person, address=file_address(clean, wanted), taker=take)
    return _written(person, clean, wanted, found[0])


@transaction.atomic
def _written(person: Any, address: str, kind: Format, asked: Asked) -> Export:
    """Behind the lock of the person: of two that come at once, the second finds the first."""
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=person.pk)
    language, now = (get_language() or settings.LANGUAGE_CODE)[:8], timezone.now()
    narrowing = narrowing_of(person)
    told = None if narrowing is None else {"scopes": sorted(narrowing.scopes), "path": narrowing.path}
    open_ = Export.objects.filter(owner_id=person.pk, blob=None, job__state__in=(Job.State.WAITING, Job.State.RUNNING))
    same = next((one for one in open_.filter(address=address, kind=kind, language=language) if one.narrowing == told), None)
    if same is not None:
        return same
    if Export.objects.filter(owner_id=person.pk).count() >= MOST:
        sentence = _("You have %(n)s exports, which is as many as are kept for one person. Remove what you no longer need.")
        raise DomainError("exports_full", sentence % {"n": MOST}, most=MOST)
    row = Export.objects.create(
        owner_id=person.pk, address=address, kind=kind, title=asked.title[:200], filename=asked.filename[-200:], language=language,
        narrowing=told, asked_at=now, rows=asked.total, kept_until=now + dt.timedelta(days=settings.EXPORTS_KEPT_DAYS))
    audit.record(actor=person, verb="exports.asked", target=row, after=cast(Any, {"file": row.filename, "title": row.title}))
    row.job = job_start(actor=person, kind="exports.make", params={"export": row.pk})
    Export.objects.filter(pk=row.pk).update(job=row.job)
    row.refresh_from_db()                                          # where work is done at once, it is made by now
    return row
