"""Writing a file that was asked for: by the view of the list, row by row, into a file that has no name until it is whole."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from typing import IO, Any, BinaryIO, Final, cast

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.access import NATIONAL
from sheber.kit.errors import DomainError
from sheber.kit.exports import TYPES, Asked
from sheber.spine.files import services as files
from sheber.spine.jobs.registry import JobRun
from sheber.spine.notices.services import notify
from sheber.spine.people.access import OWN, Narrowing, held, narrow, narrowing_of

from ..models import Export
from ..rules import file_address
from .asking import too_long
from .visiting import one_moment, visit

STEP: Final = 200
"""Rows after which it is told how far it is, and looked whether it has to stop."""


def rights(person: Any) -> dict[str, list[str]]:
    """All that the person may do now, where; and what is their own, unless a token shuts it."""
    narrowing = narrowing_of(person)
    own = {OWN: [NATIONAL]} if narrowing is None or OWN in narrowing.scopes else {}
    return {permission: list(paths) for permission, paths in held(person).items() if paths} | own


def export_make(*, export_id: int, run: JobRun) -> int | None:
    """Write it; how many rows. ``None`` when nobody wants it any more. Again, when it is made, changes nothing.

    Raises ``DomainError``: ``export_not_allowed``, ``export_unknown``, ``export_too_long``, ``store_full``, ``store_gone``.
    """
    row = Export.objects.filter(pk=export_id).select_related("owner").first()
    if row is None:
        return None
    if row.blob_id is not None:
        return row.rows
    person: Any = row.owner
    if not person.is_active:
        raise DomainError("export_not_allowed", _("You may no longer see this list. Nothing was written."))
    if row.narrowing is not None:
        narrow(person, Narrowing(frozenset(row.narrowing["scopes"]), row.narrowing["path"]))
    with tempfile.TemporaryFile() as out:
        with one_moment():
            then = rights(person)
            asked, count = _write(row, person, out, run)
        digest, size = files.content_put(cast(BinaryIO, out))
        run.stop_if_cancelled()
        return _made(row.pk, asked, count, then, digest, size, cast(BinaryIO, out))


def _write(row: Export, person: Any, out: IO[bytes], run: JobRun) -> tuple[Asked, int]:
    found: list[Asked] = []
    done, total = [0], [0]

    def counted(asked: Asked) -> Iterator[Any]:
        for number, line in enumerate(asked.rows, start=1):
            if asked.most is not None and number > asked.most:
                raise too_long(asked)
            done[0] = number
            if number % STEP == 0:
                run.progress(number, total[0])
            yield line

    def take(asked: Asked) -> HttpResponse:
        found.append(asked)
        run.progress(0)
        total[0] = asked.total if asked.total is not None else asked.count() if asked.count is not None else 0
        if asked.most is not None and total[0] > asked.most:
            raise too_long(asked)
        run.progress(0, total[0])
        asked.write(out, counted(asked))
        out.flush()
        run.progress(done[0], done[0])
        return HttpResponse()

    visit(person=person, address=file_address(row.address, row.kind), taker=take)
    return found[0], done[0]


@transaction.atomic
def _made(export_id: int, asked: Asked, count: int, then: dict[str, list[str]], digest: str, size: int, content: BinaryIO) -> int | None:
    row = Export.objects.select_for_update().filter(pk=export_id).first()
    if row is None:
        return None
    if row.blob_id is not None:                                    # another worker was quicker
        return row.rows
    now = timezone.now()
    row.blob = files.content_hold(digest=digest, size=size, media_type=TYPES[asked.kind].partition(";")[0], content=content)
    row.rows, row.rights, row.made_at = count, then, now
    row.title, row.filename = asked.title[:200], asked.filename[-200:]
    row.kept_until = now + dt.timedelta(days=settings.EXPORTS_KEPT_DAYS)
    row.save(update_fields=["blob", "rows", "rights", "made_at", "title", "filename", "kept_until"])
    day = {"date": timezone.localdate(row.kept_until).isoformat()}
    notify(row.owner_id, "exports.ready", {"title": row.title, "rows": count, "day": day},
           link="/exports/", once=f"export-{row.pk}")
    return count
