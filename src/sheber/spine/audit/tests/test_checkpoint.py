"""What came since the whole was verified is read, however long the record is; what was changed before is found by the whole alone."""

import datetime as dt
import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sheber.spine.audit import rules, sealing, services
from sheber.spine.audit.models import AuditCheckpoint, AuditEntry, AuditHead
from sheber.spine.audit.services import checkpoint, verifying

from .test_verify import CHANGES, fill, tampering

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(monkeypatch):
    """Numbers of the entries that verification has read."""
    numbers, chunks = [], verifying._chunks

    def counted(**told):
        for rows in chunks(**told):
            numbers.extend(row[0] for row in rows)
            yield rows

    monkeypatch.setattr(verifying, "_chunks", counted)
    return numbers


def change(number, what="reason = 'x'"):
    with tampering() as cursor:
        cursor.execute(f"UPDATE audit_auditentry SET {what} WHERE sequence = {number}")


def told(found):
    return found.first_broken and (found.first_broken.sequence, found.first_broken.what)


def test_the_first_answer_reads_the_whole_and_the_next_what_came_since(read):
    fill(9)
    first = services.standing()
    assert (first.ok, first.checked, first.recomputed, first.whole_up_to) == (True, 9, 9, 9)
    assert timezone.now() - first.whole_at < dt.timedelta(minutes=1)
    read.clear()
    assert services.standing() == services.Standing(True, 9, None, 0, first.whole_at, 9)
    fill(3)
    assert services.standing() == services.Standing(True, 12, None, 3, first.whole_at, 9)
    assert read == [10, 11, 12]
    assert AuditCheckpoint.objects.get().sequence == 9, "an answer about what came since moves nothing"
    whole = services.standing_whole()
    assert (whole.checked, whole.recomputed, whole.whole_up_to, whole.whole_at > first.whole_at) == (12, 12, 12, True)


def test_how_much_is_read_does_not_depend_on_the_length(read):
    asked = []
    for more in (1, 25, 2500):
        fill(more)
        services.verify_whole()
        fill(4)
        read.clear()
        with CaptureQueriesContext(connection) as queries:
            assert services.standing().recomputed == 4
        asked.append((len(read), len(queries)))
    assert asked == [(4, asked[0][1])] * 3


def test_an_empty_record():
    assert services.standing().ok
    assert services.standing().checked == 0
    fill(2)
    assert (services.standing().ok, services.standing().recomputed) == (True, 2)


@pytest.mark.parametrize("what", [*CHANGES, "previous_hash = 'x'", "sealed_hash = entry_hash"])
def test_a_change_after_the_checkpoint_is_found_at_once(what):
    fill(5)
    services.verify_whole()
    fill(5)
    change(8, what)
    found = services.standing()
    assert not found.ok
    assert told(found) == (8, "link_broken" if "previous" in what else "hash_mismatch")
    assert found.checked == 7
    assert told(services.verify()) == told(found), "the whole says the same"


@pytest.mark.parametrize("what", CHANGES[:-1])
def test_a_change_before_the_checkpoint_is_found_by_the_whole_and_stands_from_then_on(what):
    fill(5)
    services.verify_whole()
    kept = AuditEntry.objects.values().get(pk=2)
    change(2, what)
    fill(3)
    unaware = services.standing()
    assert (unaware.ok, unaware.recomputed, unaware.whole_up_to) == (True, 3, 5), "and it says up to where, and when, that was found"
    assert told(services.verify_whole()) == (2, "hash_mismatch")
    fill(2)
    found = services.standing()
    assert (found.ok, told(found), found.checked, found.recomputed, found.whole_up_to) == (False, (2, "hash_mismatch"), 1, 0, 1)
    assert found.whole_at > unaware.whole_at
    assert AuditCheckpoint.objects.get().sequence == 5
    with tampering():
        AuditEntry.objects.filter(pk=2).update(**kept)
    assert not services.standing().ok, "until the whole is walked along again"
    assert services.verify_whole().ok
    assert (services.standing().ok, services.standing().checked) == (True, 10)


def test_an_end_cut_off_to_before_the_checkpoint_is_found_at_once():
    """With the head moved, so that the rest is whole in itself."""
    fill(9)
    services.verify_whole()
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE sequence > 6")
    AuditHead.objects.update(sequence=6, entry_hash=AuditEntry.objects.get(pk=6).entry_hash)
    assert services.verify().ok
    assert told(services.standing()) == (7, "head_differs")
    assert told(services.verify_whole()) == told(services.verify_whole()) == (7, "head_differs")
    fill(9)
    assert not services.standing().ok


def test_an_entry_missing_at_the_checkpoint():
    fill(5)
    services.verify_whole()
    fill(3)
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE sequence = 5")
    assert told(services.standing()) == told(services.verify_whole()) == (5, "missing_number")


def test_a_record_written_anew_from_the_first_entry_is_found():
    fill(5)
    services.verify_whole()
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_auditentry")
    AuditHead.objects.update(sequence=0, entry_hash=rules.GENESIS)
    fill(8)
    assert services.verify().ok
    assert told(services.standing()) == told(services.verify_whole()) == told(services.standing()) == (5, "hash_mismatch")
    assert told(services.verify_whole()) == (5, "hash_mismatch"), "the checkpoint stays where it was"
    AuditCheckpoint.objects.all().delete()
    assert services.standing().ok, "a checkpoint that is gone is trusted in nothing"


@pytest.mark.parametrize("walked_before", [False, True])
def test_what_another_walk_found_meanwhile_is_not_covered(walked_before, monkeypatch):
    fill(4)
    if walked_before:
        services.verify_whole()

    def slow(**told):
        found = services.verify(**told)
        monkeypatch.setattr(checkpoint, "verify", services.verify)
        change(2)
        services.verify_whole()
        return found

    monkeypatch.setattr(checkpoint, "verify", slow)
    assert services.verify_whole().ok
    assert told(services.standing()) == (2, "hash_mismatch")


def test_an_end_that_another_walk_reached_meanwhile_is_kept(monkeypatch):
    fill(4)

    def slow(**told):
        found = services.verify(**told)
        monkeypatch.setattr(checkpoint, "verify", services.verify)
        fill(3)
        services.verify_whole()
        return found

    monkeypatch.setattr(checkpoint, "verify", slow)
    assert services.verify_whole().checked == 4
    assert AuditCheckpoint.objects.get().sequence == 7


def test_a_clock_set_back_stops_nothing():
    fill(4)
    services.verify_whole()
    AuditCheckpoint.objects.update(whole_at=timezone.now() + dt.timedelta(days=400))
    change(2)
    services.verify_whole()
    assert told(services.standing()) == (2, "hash_mismatch")


def erase(person):
    with transaction.atomic():
        services.values_erase(actor=None, person_id=person, names=["assel@example.kz"], reason="asked")


def about(person):
    with transaction.atomic():
        services.record(actor=None, verb="tests.done", target=("people.user", person), after={"email": "assel@example.kz"})


def test_an_erasure_breaks_nothing_and_is_read_again(read):
    about(7)
    fill(3)
    services.verify_whole()
    about(7)
    erase(7)
    read.clear()
    found = services.standing()
    assert (found.ok, found.checked, read) == (True, 6, [5, 6])
    assert services.verify_whole().erased == 2
    assert (services.standing().ok, services.standing().recomputed) == (True, 0)


@pytest.mark.parametrize("number", [1, 5])
def test_an_erasure_that_was_undone_is_found_where_it_was_named_since(number):
    about(7)
    fill(3)
    services.verify_whole()
    about(7)
    row = AuditEntry.objects.values("after", "seals").get(pk=number)
    erase(7)
    with tampering():
        AuditEntry.objects.filter(pk=number).update(**row)
    assert told(services.standing()) == told(services.verify()) == (number, "erasure_undone")
    services.verify_whole()
    assert told(services.standing()) == (number, "erasure_undone")


@pytest.mark.parametrize("number", [1, 5])
def test_values_that_nobody_named_as_erased(number):
    """Before the checkpoint the whole finds them, after it the answer itself."""
    about(7)
    fill(3)
    services.verify_whole()
    about(8)
    row = AuditEntry.objects.get(pk=number)
    before, after, reason, seals = sealing.without(row.before, row.after, row.reason, row.seals, places=["after.email"])
    with tampering():
        AuditEntry.objects.filter(pk=number).update(before=before, after=after, reason=reason, seals=seals)
    assert services.standing().ok is (number == 1)
    assert told(services.verify_whole()) == told(services.standing()) == (number, "erasure_unnamed")


def test_tables_of_an_older_version_and_a_database_that_cannot_be_written(monkeypatch):
    fill(3)

    def refused(*_):
        raise DatabaseError("read-only")

    with monkeypatch.context() as patched:
        patched.setattr(checkpoint, "_keep", refused)
        assert services.verify_whole().checked == 3
        assert (services.standing().ok, services.standing().recomputed) == (True, 3)
    with monkeypatch.context() as patched:
        patched.setattr(connection.introspection, "table_names", lambda *_, **__: ["audit_auditentry"])
        assert services.verify_whole().ok
    assert not AuditCheckpoint.objects.exists()


def test_what_is_remembered_is_plain():
    fill(3)
    change(2)
    services.verify_whole()
    kept = AuditCheckpoint.objects.get()
    assert (kept.sequence, kept.entry_hash) == (0, rules.GENESIS)
    assert json.loads(json.dumps(kept.broken)).keys() == {"sequence", "what", "expected", "found"}
