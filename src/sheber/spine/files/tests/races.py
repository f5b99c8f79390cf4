"""Uploads at one moment, for ``test_races``: a quota is never passed, and what is brought while it is collected is there afterwards."""

import datetime as dt
import io
import os
import tempfile
import threading
from collections.abc import Callable
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.db import connections
from django.utils import timezone

from sheber.kit.errors import DomainError
from sheber.spine.files import services, stores
from sheber.spine.files.models import Blob, StoredFile
from sheber.spine.files.rules.places import Folder
from sheber.spine.files.stores.contents import key_of
from sheber.spine.organisations.tests.factories import make_organisation

from .factories import ORGANISATION, make_file

LATER = dt.timedelta(days=2)


@contextmanager
def own_settings(**wanted: Any) -> Any:
    """Every thread sees them, unlike those of a test."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.multiple(
            settings, create=True, FILES_PLACE=Folder(Path(folder)), FILES_SCANNER=None, **wanted):
        yield Path(folder)


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """What each returned, or the error it raised."""
    found: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(number: int) -> None:
        try:
            gate.wait(20)
            found[number] = works[number]()
        except Exception as fault:
            found[number] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    return found


def uploads_never_pass_the_quota() -> None:
    """Sixteen uploads of 300 bytes into 1000, at two departments of one university; another university is not touched by it."""
    with own_settings(FILES_QUOTA_BYTES=1000):
        ours, theirs = make_organisation(), make_organisation()
        departments = [make_organisation(parent=ours, kind="department") for _again in range(2)]
        places = [departments[number % 2] for number in range(16)] + [theirs] * 2

        def upload(number: int) -> Callable[[], Any]:
            return lambda: services.file_attach(actor=None, kind=ORGANISATION, key=str(places[number].pk), name="a.txt",
                                                content=io.BytesIO(f"{number:0300}".encode()))

        found = at_once([upload(number) for number in range(len(places))])
        refused = [one for one in found if isinstance(one, DomainError)]
        assert [one for one in found if isinstance(one, Exception) and one not in refused] == [], found
        assert {one.code for one in refused} == {"quota_full"}
        assert len(refused) == 13, found
        assert StoredFile.objects.filter(organisation__path__startswith=ours.path).count() == 3
        assert StoredFile.objects.filter(organisation=theirs).count() == 2


def what_is_brought_while_it_is_collected_is_there() -> None:
    """The same content is attached, again and again, while an old copy of it that nothing refers to is being collected."""
    with own_settings(FILES_QUOTA_BYTES=0) as folder:
        place, rounds = make_organisation(), set()
        for number in range(8):
            content = f"round {number}".encode()
            digest = sha256(content).hexdigest()
            rounds.add(digest)
            if number % 2:                              # of a row nothing refers to, or of no row at all
                old = timezone.now() - LATER
                Blob.objects.create(sha256=digest, size=len(content), media_type="text/plain", created_at=old, touched_at=old)
            stores.current().put(digest, io.BytesIO(content))
            os.utime(folder / key_of(digest), (1, 1))

            def attach(content: bytes = content) -> Any:
                return make_file(at=place, content=content)

            found = at_once([attach, services.collect, attach])
            assert [one for one in found if isinstance(one, Exception)] == [], found
            assert stores.current().size(digest) == len(content), number
        assert rounds & {fault.sha256 for fault in services.files_check().faults} == set()


def equal_contents_at_once_are_one() -> None:
    with own_settings(FILES_QUOTA_BYTES=0):
        places = [make_organisation() for _again in range(6)]
        found = at_once([lambda place=place: make_file(at=place, content=b"equal") for place in places])
        assert [one for one in found if isinstance(one, Exception)] == [], found
        assert Blob.objects.filter(sha256=sha256(b"equal").hexdigest()).count() == 1
        assert StoredFile.objects.filter(blob__sha256=sha256(b"equal").hexdigest()).count() == 6


def run_all() -> None:
    """Every race."""
    uploads_never_pass_the_quota()
    equal_contents_at_once_are_one()
    what_is_brought_while_it_is_collected_is_there()
