"""Each check of what an installation holds: one case in which it fails and one in which it passes, with the sentence that is read."""

import datetime as dt
import json
import os
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from sheber.spine.audit.models import AuditHead
from sheber.spine.jobs.tests.factories import make_job, make_worker
from sheber.spine.notices.tests.factories import make_letter
from sheber.spine.operation.checks import data
from sheber.spine.operation.checks.results import Look
from sheber.spine.operation.services import backing_up, maintenance, places, restore_note
from sheber.spine.search.models import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SAYS = {"database": "answers", "migrations": "of this version", "restore": "pages are open", "clock": "differ by 0.0 s",
        "worker": "1 worker", "backup": "The last backup was made 0 h ago", "audit": "as it should", "search": "of this version",
        "letters": "0 wait"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR = tmp_path
    return tmp_path


@contextmanager
def answering(monkeypatch, value):
    """The database gives one answer, whatever it is asked."""
    class Cursor:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return False

        def execute(self, *_):
            """Takes anything."""

        def fetchone(self):
            return (value,)

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", Cursor)
        yield


def test_all_checks_of_data_are_here():
    assert set(data.DATA) == set(SAYS)


def test_where_all_is_well_each_says_so(monkeypatch):
    make_worker()
    backing_up.backup_take()
    State.objects.all().delete()
    from sheber.spine.search.services import rebuild
    rebuild()
    found = {}
    for name, check in data.DATA.items():
        if name == "database" and connection.vendor == "sqlite":        # the database of the tests lies in memory
            with answering(monkeypatch, "wal"):
                found[name] = check(Look(name)).state
            continue
        one = check(Look(name))
        assert (one.check, one.state, one.todo) == (name, "ok", ""), one
        assert SAYS[name] in one.sentence


def test_sqlite_without_its_log(monkeypatch):
    monkeypatch.setattr(connection, "vendor", "sqlite")
    with answering(monkeypatch, "delete"):
        found = data.database(Look("database"))
    assert (found.state, "write-ahead log (delete)" in found.sentence, "network share" in found.todo) == ("bad", True, True)


def test_tables_that_are_behind():
    MigrationRecorder.Migration.objects.filter(app="notices").order_by("-id").first().delete()
    found = data.migrations(Look("migrations"))
    assert (found.state, found.sentence) == ("bad", "1 migration is not applied.")
    assert "sheber django migrate" in found.todo


def test_a_restore_that_runs_that_ended_early_and_pages_that_are_closed(monkeypatch):
    maintenance.maintenance_begin()
    found = data.restore(Look("restore"))
    assert (found.state, found.todo) == ("warn", "sheber maintenance off")
    places.write_note(places.RESTORE, {"archive": "/safe/a.zip", "process": os.getppid(), "since": timezone.now().isoformat(),
                                       "sha256": "ab" * 32, "step": "loading"})
    found = data.restore(Look("restore"))
    assert (found.state, found.sentence) == ("warn", "A restore of /safe/a.zip is running.")
    places.write_note(places.RESTORE, {"archive": "/safe/a.zip", "process": 0, "sha256": "ab" * 32, "step": "loading"})
    found = data.restore(Look("restore"))
    assert found.state == "bad"
    assert found.sentence == "A restore of /safe/a.zip did not end: the database is as it was, and the pages are closed."
    assert found.todo == "Run it again: sheber restore /safe/a.zip --replace. Or leave it: sheber restore --give-up"
    monkeypatch.setattr(restore_note, "unfinished", lambda: "ab" * 32)
    found = data.restore(Look("restore"))
    assert (found.state, found.todo) == ("bad", "Run it again, and it goes on from there: sheber restore /safe/a.zip")
    assert "its rows are in the database" in found.sentence


def test_another_machine_sees_a_restore_that_did_not_end():
    """By the mark in a database that several machines share; a file of SQLite belongs to one."""
    restore_note.mark("ab" * 32)
    found = data.restore(Look("restore"))
    shared = connection.vendor == "postgresql"
    assert (found.state, "did not end" in found.sentence) == (("bad", True) if shared else ("ok", False))
    restore_note.mark("")
    assert data.restore(Look("restore")).state == "ok"


@pytest.mark.parametrize(("apart", "state"), [(1, "ok"), (30, "warn"), (-30, "warn"), (3600, "bad"), (-3600, "bad")])
def test_clocks_that_differ(monkeypatch, apart, state):
    with answering(monkeypatch, timezone.now().timestamp() + apart):
        found = data.clock(Look("clock"))
    assert found.state == state
    assert f"differ by {abs(apart)}" in found.sentence
    assert ("NTP" in found.todo) is (state != "ok")


def test_no_worker_and_work_that_waits():
    found = data.worker(Look("worker"))
    assert (found.state, found.sentence) == ("warn", "No worker for background work is running.")
    make_worker()
    make_job(created_at=timezone.now() - data.JOB_LATE - dt.timedelta(minutes=1))
    found = data.worker(Look("worker"))
    assert (found.state, "no worker is at it" in found.sentence, "sheber worker" in found.todo) == ("bad", True, True)


def test_backups_none_old_gone_readable_and_damaged(folder):
    found = data.backup(Look("backup"))
    assert (found.state, found.sentence) == ("warn", "No backup was made from this machine yet.")
    taken = backing_up.backup_take()
    taken.path.chmod(0o644)
    found = data.backup(Look("backup"))
    assert (found.state, found.todo) == ("warn", f"chmod 600 {taken.path}")
    taken.path.chmod(0o600)
    for hours, state, todo in ((30, "ok", ""), (40, "warn", "See why the timer did not run."), (200, "bad", "Make one now: sheber backup")):
        note = json.loads((folder / places.LAST_BACKUP).read_text())
        note["at"] = (timezone.now() - dt.timedelta(hours=hours)).isoformat()
        places.write_note(places.LAST_BACKUP, note)
        found = data.backup(Look("backup"))
        assert (found.state, found.todo, f"{hours} h ago" in found.sentence) == (state, todo, True)
    taken.path.write_bytes(taken.path.read_bytes()[:-1])
    assert data.DATA["backup"](Look("backup")).state == "bad"                   # old, and only looked at
    with pytest.raises(backing_up.DomainError):
        data.backup(Look("backup", deep=True))
    taken.path.unlink()
    found = data.backup(Look("backup"))
    assert (found.state, "no longer where it was written" in found.sentence) == ("warn", True)


def test_a_record_of_changes_that_does_not_end_where_it_should():
    AuditHead.objects.update_or_create(pk=1, defaults={"sequence": 7, "entry_hash": "f" * 64})
    found = data.audit(Look("audit"))
    assert (found.state, "does not end where it should: 7" in found.sentence, "Restore" in found.todo) == ("bad", True, True)


def test_an_index_of_another_version():
    State.objects.all().delete()
    found = data.search(Look("search"))
    assert (found.state, found.todo) == ("bad", "sheber search rebuild")


def test_letters_that_failed_and_letters_that_wait():
    letter = make_letter(state="failed")
    found = data.letters(Look("letters"))
    assert (found.state, found.sentence) == ("warn", "1 letter could not be sent.")
    letter.delete()
    make_letter(next_at=timezone.now() - dt.timedelta(hours=1))
    found = data.letters(Look("letters"))
    assert (found.state, found.sentence) == ("warn", "Letters have been waiting for 60 minutes.")
