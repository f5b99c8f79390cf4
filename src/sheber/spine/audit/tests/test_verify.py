"""The chain against those who can write to the database: each attack is found, and where."""

import os
import sqlite3
import subprocess
import sys
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from sheber.site.cli import main
from sheber.spine.audit import services
from sheber.spine.audit.models import AuditCheckpoint, AuditEntry

REST = ('at, actor_id, verb, target_kind, target_id, scope_path, "before", "after", reason, request_id, previous_hash, seals, sealed_hash')


def fill(how_many=9):
    with transaction.atomic():
        services.record_many(actor=None, entries=[
            services.Entry("tests.done", ("tests.thing", n), after={"n": n}) for n in range(how_many)])


@contextmanager
def tampering():
    """Raw SQL with the triggers off, as somebody with the database's password could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_auditentry'")
            triggers = [sql for (sql,) in cursor.fetchall()]
            for event in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER audit_auditentry_no_{event}")
            yield cursor
            for sql in triggers:
                cursor.execute(sql, None)
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield cursor
            cursor.execute("SET LOCAL session_replication_role = origin")


def broken():
    found = services.verify()
    assert not found.ok
    assert found.checked == found.first_broken.sequence - 1
    return found.first_broken.sequence, found.first_broken.what


CHANGES = ["at = '2020-01-01 00:00:00+00:00'", "verb = 'tests.undone'", "target_kind = 'k'", "target_id = '8'", "scope_path = '/1/'",
           "\"before\" = '{\"n\": 1}'", "\"after\" = '{\"n\": 5}'", "reason = 'x'", "request_id = 'x'", "entry_hash = 'x'"]


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_any_column_is_found(change):
    fill()
    with tampering() as cursor:
        cursor.execute(f"UPDATE audit_auditentry SET {change} WHERE sequence = 4")
    assert broken() == (4, "hash_mismatch")


@pytest.mark.django_db
def test_another_actor_is_found():
    from sheber.spine.people.tests.factories import make_user
    fill()
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditentry SET actor_id = %s WHERE sequence = 4", [make_user().pk])
    assert broken() == (4, "hash_mismatch")


@pytest.mark.django_db
def test_another_link_is_found():
    fill()
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditentry SET previous_hash = 'x' WHERE sequence = 4")
    assert broken() == (4, "link_broken")


@pytest.mark.django_db
@pytest.mark.parametrize(("removed", "place", "what"), [
    ("= 1", 1, "missing_number"), ("= 5", 5, "missing_number"), ("> 6", 7, "head_differs"), ("> 0", 1, "head_differs")])
def test_a_removed_entry_is_found(removed, place, what):
    fill()
    with tampering() as cursor:
        cursor.execute(f"DELETE FROM audit_auditentry WHERE sequence {removed}")
    assert broken() == (place, what)


@pytest.mark.django_db
def test_two_swapped_entries_are_found():
    fill()
    with tampering() as cursor:
        for old, new in ((3, 99), (6, 3), (99, 6)):
            cursor.execute("UPDATE audit_auditentry SET sequence = %s WHERE sequence = %s", [new, old])
    assert broken() == (3, "link_broken")


@pytest.mark.django_db
@pytest.mark.parametrize(("at", "place", "what"), [(10, 10, "head_differs"), (0, 1, "missing_number"), (-4, 1, "missing_number")])
def test_an_inserted_entry_is_found(at, place, what):
    """Even one whose own hash is right."""
    from sheber.spine.audit import rules
    fill()
    last = AuditEntry.objects.get(sequence=9)
    forged = AuditEntry(sequence=at, at=last.at, verb="tests.done", target_kind="k", target_id="1", before={}, after={},
                        previous_hash=last.entry_hash)
    forged.entry_hash = rules.entry_hash(
        sequence=at, at=rules.iso_utc(last.at), actor_id=None, verb="tests.done", target_kind="k", target_id="1", scope_path="", before={},
        after={}, reason="", request_id="", previous_hash=last.entry_hash)
    AuditEntry.objects.bulk_create([forged])
    assert broken() == (place, what)


@pytest.mark.django_db
def test_an_entry_pushed_in_between_is_found():
    fill()
    with tampering() as cursor:
        for number in range(9, 4, -1):
            cursor.execute("UPDATE audit_auditentry SET sequence = sequence + 1 WHERE sequence = %s", [number])
        cursor.execute(f"INSERT INTO audit_auditentry (sequence, entry_hash, {REST}) SELECT 5, 'x', {REST} FROM audit_auditentry "
                       "WHERE sequence = 4")
    assert broken()[0] == 5


@pytest.mark.django_db
def test_a_moved_head_is_found():
    fill()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_audithead SET entry_hash = 'x'")
    assert broken() == (10, "head_differs")


@pytest.mark.django_db
def test_chunks_do_not_change_the_answer(monkeypatch):
    monkeypatch.setattr("sheber.spine.audit.services.verifying.CHUNK", 2)
    fill()
    heard = []
    assert services.verify(progress=heard.append) == services.Verification(ok=True, checked=9, first_broken=None)
    assert heard == [2, 4, 6, 8, 9]


WRITERS = """
import threading
from django.db import connections, transaction
from sheber.spine.audit import services

def write_at_once(writers=8, each=12):
    failures = []

    def write(writer):
        try:
            for n in range(each):
                with transaction.atomic():
                    services.record(actor=None, verb="tests.done", target=("tests.thing", writer), after={"n": n})
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[writer]) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
"""
SET_UP = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


def in_file(path, script):
    """Run a script in a process of its own, on an SQLite file."""
    env = {**os.environ, "SHEBER_DATABASE": f"sqlite:///{path}", "DJANGO_SETTINGS_MODULE": "sheber.site.settings.test", "LANG": "C"}
    return subprocess.run([sys.executable, *script], env=env, capture_output=True, text=True, check=False)


@pytest.mark.django_db(transaction=True)
def test_threads_writing_at_once_leave_one_chain(tmp_path):
    """Eight writers, each entry in a transaction of its own. An SQLite database in memory is not shared by threads: a file is."""
    if connection.vendor == "sqlite":
        path = tmp_path / "threads.sqlite3"
        done = in_file(path, ["-c", SET_UP + WRITERS + "assert write_at_once() == []"])
        assert done.returncode == 0, done.stderr
        verified = in_file(path, ["-m", "sheber", "audit", "verify", "--json"])
        assert verified.returncode == 0, verified.stderr
        assert '"checked": 96' in verified.stdout
    else:
        names: dict[str, object] = {}
        exec(WRITERS, names)
        assert names["write_at_once"]() == []
        assert services.verify() == services.Verification(ok=True, checked=96, first_broken=None)


def test_one_flipped_byte_of_the_file_is_found(tmp_path):
    """End to end, with the command in a process of its own: a byte of the SQLite file is flipped behind the product's back."""
    path = tmp_path / "flip.sqlite3"
    script = SET_UP + """
from django.db import transaction
from sheber.spine.audit import services
with transaction.atomic():
    services.record_many(actor=None, entries=[
        services.Entry("tests.done", ("tests.thing", n), reason=f"reason-{n:03}") for n in range(200)])
"""
    assert in_file(path, ["-c", script]).returncode == 0
    whole = in_file(path, ["-m", "sheber", "audit", "verify", "--json"])
    assert whole.returncode == 0, whole.stderr
    database = sqlite3.connect(path)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    content = bytearray(path.read_bytes())
    assert content.count(b"reason-123") == 1
    content[content.index(b"reason-123")] ^= 0x20
    path.write_bytes(bytes(content))
    flipped = in_file(path, ["-m", "sheber", "audit", "verify"])
    assert flipped.returncode == 1, flipped.stderr
    assert "Entry 124 was changed" in flipped.stdout


@pytest.mark.django_db
def test_command_in_this_process(capsys):
    fill(3)
    assert main(["--language", "en", "audit", "verify"]) == 0
    assert "3 entries checked" in capsys.readouterr().out
    assert AuditCheckpoint.objects.get().sequence == 3
