"""Places in the program where a test can hold a process: it says that it is there, and goes no further until the test lets it.

A file ``hold-NAME`` in the folder of the test shuts a place; whoever comes there adds a line to ``at-NAME``. No test waits for a time.
"""

import os
import time
from pathlib import Path

from django.apps import AppConfig

LONGEST_S = 120.0


def folder() -> Path:
    return Path(os.environ["FAULTS"])


def reached(name: str) -> None:
    """Pass, or stay as long as the test holds this place."""
    hold = folder() / f"hold-{name}"
    if not hold.exists():
        return
    with (folder() / f"at-{name}").open("ab", buffering=0) as marks:
        marks.write(f"{os.getpid()}\n".encode())
    ends = time.monotonic() + LONGEST_S
    while hold.exists() and time.monotonic() < ends:
        time.sleep(0.01)


def held_answers(get_response):
    """``answered``: all is written and committed, and nobody has been told."""

    def middleware(request):
        answer = get_response(request)
        if request.method != "GET":
            reached("answered")
        return answer

    return middleware


class Faults(AppConfig):
    name = "tests.faults"
    label = "faults"
    path = str(Path(__file__).parent)

    def ready(self) -> None:
        from sheber.spine.audit import services as audit
        from sheber.spine.audit.services import recording
        from sheber.spine.operation.archive.container import ArchiveWriter

        record_many, finish = recording.record_many, ArchiveWriter.finish

        def held(**given):
            """``recorded``: the change and its entry are written, and nothing is committed."""
            rows = record_many(**given)
            reached("recorded")
            return rows

        def finished(self, manifest):
            """``archive``: all tables are in the archive, and it has not got its name yet."""
            reached("archive")
            return finish(self, manifest)

        recording.record_many = audit.record_many = held
        ArchiveWriter.finish = finished
        _small_databases()


def _small_databases() -> None:
    """A file ``pages`` lets an SQLite database grow no further than so many pages: the disk is full, as SQLite itself says it."""
    from django.db.backends.signals import connection_created

    def limited(sender, connection, **_more):
        if connection.vendor == "sqlite" and (told := folder() / "pages").exists():
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA max_page_count = {int(told.read_text())}")

    connection_created.connect(limited, weak=False, dispatch_uid="faults")
