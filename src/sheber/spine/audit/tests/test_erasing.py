"""Values that are erased: the chain verifies on, says what it lost, and takes no tampering for an erasure."""

import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from sheber.spine.audit import sealing, services
from sheber.spine.audit.models import AuditEntry, AuditHead, ErasedEntry
from sheber.spine.audit.queries import entries
from sheber.spine.people.tests.factories import make_user

from .test_verify import tampering

NAME = {"kk": "Әсел Нұрланқызы", "ru": "Асель Нурлановна", "en": "Assel Nurlankyzy"}
pytestmark = pytest.mark.django_db


def fill(person):
    """Entries about a person, about a namesake, and about a thing whose reason names the person."""
    about, other = ("people.user", person), ("people.user", person + 1)
    with transaction.atomic():
        services.record_many(actor=None, entries=[
            services.Entry("tests.done", about, before={"email": "before@example.kz"}, after={"email": "assel@example.kz", "name": NAME}),
            services.Entry("tests.done", ("tests.thing", 1), after={"code": "A-1", "n": 4}, reason="asked for by assel nurlankyzy."),
            services.Entry("tests.done", other, after={"name": NAME, "email": "other@example.kz"}),
            services.Entry("tests.done", ("tests.thing", 2), after={"list": ["x", {"k": "letter to BEFORE@example.kz"}], "version": "1.2"}),
            services.Entry("tests.done", ("tests.thing", 3), after={"title": "Асельхан"}, reason="council"),
            services.Entry("tests.done", ("tests.thing", 4), after={"level": 3}, reason="seen at work", about=person)])


def erase(person):
    with transaction.atomic():
        return services.values_erase(
            actor=None, person_id=person, names=["assel@example.kz", *NAME.values()], reason="asked by Assel Nurlankyzy herself")


def broken():
    found = services.verify()
    assert not found.ok
    return found.first_broken.sequence, found.first_broken.what


@override("en")
def test_values_go_and_the_chain_stays():
    fill(77)
    hashes = list(AuditEntry.objects.values_list("entry_hash", flat=True))
    assert erase(77) == services.Gone(4, "asked by … herself")
    assert list(AuditEntry.objects.filter(sequence__lte=6).values_list("entry_hash", flat=True)) == hashes
    found = services.verify()
    assert found.ok, found
    assert (found.checked, found.erased) == (7, 4)
    rows = {row.sequence: row for row in entries().rows}
    assert (rows[1].before, rows[1].after) == ({"email": sealing.ERASED}, {"email": sealing.ERASED, "name": sealing.ERASED})
    assert (rows[2].after, rows[2].reason) == ({"code": "A-1", "n": 4}, "erased")
    assert rows[3].after["name"] == NAME                                        # a namesake keeps theirs
    assert rows[4].after == {"list": sealing.ERASED, "version": "1.2"}          # an address of earlier days
    assert (rows[5].after, rows[5].reason) == ({"title": "Асельхан"}, "council")
    assert rows[6].reason == "erased"                                           # said to be about the person when it was written
    assert "Nurlankyzy" not in rows[7].reason
    assert rows[1].changes[0].after == "erased"
    assert erase(77).entries == 0


def test_nothing_of_the_values_is_left_to_guess_from():
    fill(77)
    erase(77)
    rows = json.dumps([list(map(str, row)) for row in AuditEntry.objects.exclude(sequence=3).values_list()], ensure_ascii=False)
    for text in ("assel", "Асель Н", "before@"):
        assert text not in rows
    seal = AuditEntry.objects.get(sequence=1).seals["after.email"]
    assert set(seal) == {"digest", "of"}


ATTACKS = [
    ("verb = 'tests.undone'", "hash_mismatch"), ("at = '2020-01-01 00:00:00+00:00'", "hash_mismatch"), ("target_id = '8'", "hash_mismatch"),
    ("scope_path = '/1/'", "hash_mismatch"), ("request_id = 'x'", "hash_mismatch"), ("\"before\" = '{}'", "hash_mismatch"),
    ("\"after\" = '{\"email\": {\"erased\": true}, \"name\": \"forged\"}'", "hash_mismatch"), ("reason = 'x'", "hash_mismatch"),
    ("seals = '{}'", "hash_mismatch"), ("sealed_hash = 'x'", "hash_mismatch"), ("entry_hash = 'x'", "hash_mismatch")]


@pytest.mark.parametrize(("change", "what"), ATTACKS)
def test_an_erased_entry_is_guarded_in_every_column(change, what):
    fill(77)
    erase(77)
    with tampering() as cursor:
        cursor.execute(f"UPDATE audit_auditentry SET {change} WHERE sequence = 1")
    assert broken() == (1, what)


def test_every_byte_of_a_seal_counts():
    fill(77)
    kept = AuditEntry.objects.get(sequence=2).seals
    for place, seal in kept.items():
        for name, value in seal.items():
            forged = {**kept, place: {**seal, name: ("0" if str(value)[0] != "0" else "1") + str(value)[1:]}}
            with tampering() as cursor:
                cursor.execute("UPDATE audit_auditentry SET seals = %s WHERE sequence = 2", [json.dumps(forged)])
            assert broken() == (2, "hash_mismatch")


def dropped(sequence, places):
    """A row as an erasure would leave it, written behind the product's back."""
    row = AuditEntry.objects.get(pk=sequence)
    before, after, reason, seals = sealing.without(row.before, row.after, row.reason, row.seals, places=places)
    with tampering() as cursor:
        cursor.execute('UPDATE audit_auditentry SET "before" = %s, "after" = %s, reason = %s, seals = %s WHERE sequence = %s',
                       [json.dumps(before), json.dumps(after), reason, json.dumps(seals), sequence])


def test_a_value_dropped_without_an_entry_that_says_so_is_found():
    fill(77)
    dropped(5, ["reason"])
    assert broken() == (5, "erasure_unnamed")


def test_another_value_dropped_from_an_entry_that_was_erased_is_found():
    fill(77)
    AuditEntry.objects.filter(pk=1)
    erase(77)
    dropped(3, ["after.email"])
    assert broken() == (3, "erasure_unnamed")


def test_an_entry_cannot_name_what_is_erased_later():
    fill(77)
    with transaction.atomic():
        services.record(actor=None, verb=services.ERASED_VERB, target=("audit.auditentry", "9"), after={"entries": {"8": ["reason"]}})
        services.record(actor=None, verb="tests.done", target=("tests.thing", 1), reason="to be hidden")
    dropped(8, ["reason"])
    assert broken() == (8, "erasure_unnamed")


def test_a_value_put_back_is_found():
    fill(77)
    old = AuditEntry.objects.get(sequence=2)
    erase(77)
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditentry SET reason = %s, seals = %s WHERE sequence = 2", [old.reason, json.dumps(old.seals)])
    assert broken() == (2, "erasure_undone")


def test_a_plain_value_shaped_like_a_commitment_is_found():
    """Seals off, commitments written where the values were: the same JSON, but not the same hash."""
    fill(77)
    row = AuditEntry.objects.get(sequence=2)
    _before, after, reason = sealing.masked(row.before, row.after, row.reason, row.seals)
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditentry SET seals = '{}', reason = %s, \"after\" = %s WHERE sequence = 2",
                       [json.dumps(reason), json.dumps(after)])
    assert broken() == (2, "hash_mismatch")


def test_a_forged_voucher_for_older_entries_is_none():
    """Somebody changes an entry, says that it is older than seals, erased, and vouched for by an entry they add at the end."""
    from sheber.spine.audit import rules
    fill(77)
    dropped(2, ["reason"])
    row = AuditEntry.objects.get(sequence=2)
    with tampering() as cursor:
        hidden = dict(zip(("before", "after", "reason"), sealing.masked({}, {"code": "B-2"}, row.reason, row.seals), strict=True))
        forged = rules.entry_hash(sequence=2, at=rules.iso_utc(row.at), actor_id=None, verb=row.verb, target_kind=row.target_kind,
                                  target_id=row.target_id, scope_path="", request_id="", previous_hash=row.previous_hash,
                                  sealed=list(row.seals), **hidden)
        cursor.execute("UPDATE audit_auditentry SET \"after\" = '{\"code\": \"B-2\"}', sealed_hash = %s WHERE sequence = 2", [forged])
    with transaction.atomic():
        services.record(actor=None, verb="audit.sealed", target=("audit.auditentry", "1-6"), after={"entries": 6, "digest": "0" * 64})
        services.record(actor=None, verb=services.ERASED_VERB, target=("audit.auditentry", "2"), after={"entries": {"2": ["reason"]}})
    assert broken() == (2, "hash_mismatch")


def test_the_database_lets_only_a_named_entry_lose_values():
    fill(77)
    for change in ("reason = 'x'", "seals = '{}'"):
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE audit_auditentry SET {change} WHERE sequence = 2")
    ErasedEntry.objects.create(sequence=2, named_in=7)
    update = "UPDATE audit_auditentry SET"
    for write in (f"{update} reason = 'x' WHERE sequence = 3", f"{update} verb = 'x' WHERE sequence = 2",
                  f"{update} entry_hash = 'x' WHERE sequence = 2", "DELETE FROM audit_auditentry WHERE sequence = 2"):
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(write)
    AuditEntry.objects.filter(pk=2).update(reason="x")


def older(person):
    """Entries as they were before there were seals, then the upgrade."""
    from importlib import import_module

    from django.apps import apps

    from sheber.spine.audit import rules
    fill(person)
    previous = rules.GENESIS
    with tampering():
        for row in AuditEntry.objects.order_by("sequence"):
            row.seals, row.previous_hash = {}, previous
            row.entry_hash = previous = rules.entry_hash(
                sequence=row.sequence, at=rules.iso_utc(row.at), actor_id=row.actor_id, verb=row.verb, target_kind=row.target_kind,
                target_id=row.target_id, scope_path=row.scope_path, before=row.before, after=row.after, reason=row.reason,
                request_id=row.request_id, previous_hash=row.previous_hash)
            row.save()
    AuditHead.objects.update(entry_hash=previous)
    assert services.verify().ok
    with connection.schema_editor() if connection.vendor == "postgresql" else editor() as schema_editor:
        import_module("sheber.spine.audit.migrations.0004_older_entries").forwards(apps, schema_editor)


class editor:  # noqa: N801 - SQLite's own editor cannot be opened inside a transaction; all that is used of it is execute
    def __enter__(self):
        self.connection = connection
        return self

    def execute(self, sql, params=()):
        connection.cursor().execute(sql, params)

    def __exit__(self, *_fault):
        pass


def test_older_entries_can_lose_values_too():
    older(77)
    assert services.verify().ok
    assert erase(77).entries == 3          # what an older entry was about was not written down, unless it was about the account
    found = services.verify()
    assert found.ok, found
    assert found.erased == 3
    assert AuditEntry.objects.get(sequence=2).reason == sealing.ERASED_TEXT


@pytest.mark.parametrize("change", ["verb = 'x'", "\"after\" = '{\"code\": \"B-1\", \"n\": 4}'", "sealed_hash = ''", "sealed_hash = 'x'",
                                    "seals = '{}'"])
@pytest.mark.parametrize("is_erased", [True, False])
def test_an_older_entry_is_guarded_before_and_after(change, is_erased):
    older(77)
    if is_erased:
        erase(77)
    with tampering() as cursor:
        cursor.execute(f"UPDATE audit_auditentry SET {change} WHERE sequence = 2")
    number, what = broken()
    assert what == "hash_mismatch"
    assert number == 2 or (not is_erased and change == "sealed_hash = ''")


def test_an_older_entry_changed_with_a_fitting_hash_is_found():
    """All that can be made to fit is made to fit, and the entry that names the erasure is there: the voucher knows better."""
    from sheber.spine.audit import rules
    older(77)
    erase(77)
    row = AuditEntry.objects.get(sequence=2)
    hidden = dict(zip(("before", "after", "reason"), sealing.masked({}, {"code": "B-2"}, row.reason, row.seals), strict=True))
    forged = rules.entry_hash(sequence=2, at=rules.iso_utc(row.at), actor_id=None, verb=row.verb, target_kind=row.target_kind,
                              target_id=row.target_id, scope_path="", request_id="", previous_hash=row.previous_hash,
                              sealed=list(row.seals), **hidden)
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditentry SET \"after\" = '{\"code\": \"B-2\"}', sealed_hash = %s WHERE sequence = 2", [forged])
    assert broken() == (7, "hash_mismatch")


values = st.dictionaries(st.text(max_size=6), st.none() | st.integers() | st.text(max_size=8) | st.lists(st.text(max_size=4), max_size=3)
                         | st.dictionaries(st.text(max_size=4), st.text(max_size=6), max_size=3), max_size=4)


@given(before=values, after=values, reason=st.text(max_size=10), data=st.data())
def test_the_law_of_seals(before, after, reason, data):
    """Whatever is dropped, what is hashed stays the same; and dropping changes nothing else."""
    seals = sealing.new_seals(before, after, reason, about=None)
    places = data.draw(st.lists(st.sampled_from(sorted(seals)), unique=True) if seals else st.just([]))
    left = sealing.without(before, after, reason, seals, places=places)
    assert sealing.masked(*left) == sealing.masked(before, after, reason, seals)
    assert sealing.erased_places(left[3]) == sorted(places)


@pytest.mark.parametrize("value", ["Асель", "Assel Nurlankyzy", "a@b.kz", ["x", {"k": "Кто-то"}], {"Ivan P": 3}, "Ivan", "x" * 129])
def test_what_may_tell_of_a_person_is_sealed(value):
    assert sealing.sealed_places({}, {"k": value}, "") == ["after.k"]


@pytest.mark.parametrize("value", ["x", "AB-12/3", 3, None, True, ["a", "b"], "2026-01-02", "2026-01-01T22:04:05.000006+00:00"])
def test_codes_are_not(value):
    assert sealing.sealed_places({"k": value}, {}, "") == []


def test_a_name_that_looks_like_a_code_is_sealed():
    assert sealing.sealed_places({"email": "a"}, {"name": "assel", "person": None}, "why") == ["before.email", "after.name", "reason"]


def test_the_command_tells_of_erasures(capsys):
    from sheber.site.cli import main
    person = make_user()
    fill(person.pk)
    erase(person.pk)
    assert main(["--language", "en", "audit", "verify"]) == 0
    assert "4 of them lost values by erasures" in capsys.readouterr().out
    dropped(5, ["reason"])
    assert main(["--language", "en", "audit", "verify"]) == 1
    assert "Entry 5 lost values that no entry names" in capsys.readouterr().out
