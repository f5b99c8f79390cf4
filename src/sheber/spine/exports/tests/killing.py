"""What the processes of the tests of real workers do.

``prepare`` a nation, ``ask`` for a file, ``work`` as a worker (or as one that ``stands`` still in the middle), ``count`` what there is.
"""

import json
import os
import sys
import time
from pathlib import Path

import django

SMALL, LARGE = 1_000, 8_000
PART = 500
QUICK = {"heartbeat_s": 0.1, "lease_s": 2.0, "poll_s": 0.05, "progress_s": 0.05, "grace_s": 0.3}


def prepare() -> None:
    """People at two universities: few at one, many at the other."""
    from django.core.management import call_command

    from sheber.spine.organisations.tests.factories import make_organisation, make_root
    from sheber.spine.people.models import RoleAssignment, User
    from sheber.spine.people.tests.factories import make_user

    call_command("migrate", verbosity=0)
    make_user(role="administrator", at=make_root(), email="chief@kz.example")
    for code, many in (("SMALL", SMALL), ("LARGE", LARGE)):
        place = make_organisation(code=code)
        people = User.objects.bulk_create([
            User(email=f"{code.lower()}{number}@kz.example", name={"en": f"Person {number} of {code}"}) for number in range(many)])
        RoleAssignment.objects.bulk_create([RoleAssignment(user=one, role="student", organisation=place) for one in people])


def ask(code: str, kind: str) -> None:
    from sheber.spine.exports.services import export_ask
    from sheber.spine.people.models import User

    export_ask(person=User.objects.get(email="chief@kz.example"), address=f"/people/?at={code}", kind=kind)


def stand() -> None:
    """A worker that leaves a trace when it has read half of the rows, and comes no further."""
    from sheber.kit import tables

    parts = tables.Table._in_parts

    def half(self):
        for number, row in enumerate(parts(self)):
            if number == LARGE // 2:
                Path(os.environ["KILL_TRACE"]).touch()
                time.sleep(600)
            yield row

    tables.Table._in_parts = half
    work()


def work() -> None:
    """A worker that reads in small parts, so that keeping them would show."""
    from sheber.kit import tables
    from sheber.spine.jobs import registry
    from sheber.spine.jobs.worker import JobWorker, Timing

    tables.EXPORT_CHUNK = PART  # type: ignore[misc]
    for kind, one in registry.handlers().items():
        if one.every is not None:
            registry.forget(kind)
    worker = JobWorker(timing=Timing(**QUICK))
    worker.listen()
    worker.run()


def count() -> None:
    """Where the newest export stands, and what lies in the store."""
    from django.conf import settings

    from sheber.spine.exports.models import Export
    from sheber.spine.files import stores
    from sheber.spine.files.services import content_open, files_check

    row = Export.objects.select_related("job").latest("pk")
    lines = 0
    if row.blob_id is not None:
        with content_open(blob_id=row.blob_id, name=row.filename).content as content:
            lines = content.read().count(b"\r\n")
    drafts = settings.FILES_PLACE.path / ".drafts"
    sys.stdout.write(json.dumps({
        "state": row.job.state, "attempts": row.job.attempts, "done": row.job.progress_done, "rows": row.rows if row.blob_id else None,
        "lines": lines, "contents": len(list(stores.current().contents())), "faults": len(files_check().faults),
        "drafts": len(list(drafts.glob("*"))) if drafts.exists() else 0}))


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "ask": ask, "work": work, "stand": stand, "count": count}[sys.argv[1]](*sys.argv[2:])
