"""What an entry is made of, and when it may be made."""

import datetime as dt
import json
from decimal import Decimal
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from hypothesis import given
from hypothesis import strategies as st

from sheber.kit.append_only import triggers_of
from sheber.kit.localised import LocalisedText
from sheber.spine.audit import rules, services, verbs
from sheber.spine.audit.models import AuditEntry, AuditHead
from sheber.spine.audit.queries import entries, history_of
from sheber.spine.audit.requests import request_id_scope
from sheber.spine.organisations.models import Organisation
from sheber.spine.people.tests.factories import make_user

TARGET = ("tests.thing", 7)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=10)


@pytest.mark.django_db
def test_hash_is_that_of_the_documented_json():
    """Recomputed here from the description alone."""
    actor = make_user()
    with request_id_scope("r-1"):
        entry = services.record(actor=actor, verb="tests.done", target=TARGET, before={"b": Decimal("1.50")}, reason="so", scope_path="/1/",
                                after={"note": "Асель", "n": 1.0})
    entry.refresh_from_db()
    at = entry.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")

    def committed(place, value):
        text = json.dumps([entry.seals[place]["salt"], place, None, value], separators=(",", ":"), ensure_ascii=False)
        return {"sealed": sha256(text.encode()).hexdigest()}

    told = {"sequence": 1, "at": at, "actor": actor.pk, "verb": "tests.done", "target_kind": "tests.thing", "target_id": "7",
            "scope_path": "/1/", "before": {"b": "1.50"}, "after": {"note": committed("after.note", "Асель"), "n": 1},
            "reason": committed("reason", "so"), "request_id": "r-1", "previous_hash": "0" * 64, "sealed": ["after.note", "reason"]}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert (entry.before, entry.after, entry.reason) == ({"b": "1.50"}, {"note": "Асель", "n": 1}, "so")
    assert entry.entry_hash == sha256(text.encode()).hexdigest()
    assert list(AuditHead.objects.values_list("sequence", "entry_hash")) == [(1, entry.entry_hash)]


@pytest.mark.django_db
def test_entries_follow_each_other():
    with transaction.atomic():
        first = services.record(actor=None, verb="tests.done", target=TARGET)
        rest = services.record_many(actor=None, entries=[services.Entry("tests.done", TARGET, after={"n": n}) for n in range(5)])
    assert [entry.sequence for entry in rest] == [2, 3, 4, 5, 6]
    assert [entry.previous_hash for entry in rest] == [first.entry_hash, *[entry.entry_hash for entry in rest[:-1]]]
    assert services.verify() == services.Verification(ok=True, checked=6, first_broken=None)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction():
    with pytest.raises(TransactionManagementError):
        services.record(actor=None, verb="tests.done", target=TARGET)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_entry():
    with transaction.atomic():
        services.record(actor=None, verb="tests.done", target=TARGET)
        transaction.set_rollback(True)
    assert services.verify() == services.Verification(ok=True, checked=0, first_broken=None)


@pytest.mark.django_db
@given(value=json_values)
def test_any_json_reads_back_as_it_was_hashed(value):
    """The law that keeps the chain whole on both databases: stored and read again, a value has the same canonical form."""
    safe = rules.json_safe(value)
    with transaction.atomic():
        entry = services.record(actor=None, verb="tests.done", target=TARGET, after={"value": value})
        entry.refresh_from_db()
        assert entry.after == {"value": safe}
        assert services.verify().ok


@pytest.mark.parametrize(("value", "expected"), [
    (dt.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=dt.timezone(dt.timedelta(hours=5))), "2026-01-01T22:04:05.000006+00:00"),
    (dt.date(2026, 1, 2), "2026-01-02"), (Decimal("2.50"), "2.50"), (1e300, int(1e300)), (-0.0, 0), (0.1, 0.1),
    (LocalisedText(kk="а"), {"kk": "а"}), ((1, "б"), [1, "б"]), ({3, 1}, [1, 3]), ("a\x00b\ud800", "a\ufffdb?"),
    (Organisation.Kind.NATION, "nation")])
def test_values_made_safe(value, expected):
    assert rules.json_safe(value) == expected
    assert type(rules.json_safe(value)) is type(expected)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), b"bytes"])
def test_values_refused(value):
    with pytest.raises((TypeError, ValueError)):
        rules.json_safe(value)


@pytest.mark.django_db
@pytest.mark.parametrize("write", ["UPDATE audit_auditentry SET reason = 'x'", "DELETE FROM audit_auditentry"])
def test_the_database_refuses_to_change_the_trail(write):
    services.record(actor=None, verb="tests.done", target=TARGET)
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write)


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "how_many"), [
    ("audit_auditentry", 2), ("evidence_evidenceitem", 2), ("competences_framework", 1), ("competences_competence", 3)])
def test_triggers_stand_after_all_migrations(table, how_many):
    """A migration that rebuilds a table on SQLite drops its triggers: then this fails."""
    assert len(triggers_of(connection, table)) == how_many


@pytest.mark.django_db
def test_every_sentence_can_be_told():
    """No hole of a registered sentence breaks when nothing is known."""
    for code in verbs.registered():
        entry = AuditEntry(verb=code, target_kind="k", target_id="1", before={}, after={})
        assert verbs.verb_sentence(entry, actor="A")


@pytest.mark.django_db
def test_sentence_fills_its_holes():
    verbs.register("tests.levelled", "%(actor)s: %(before_level)s to %(level)s of %(target)s, %(nothing)s")
    entry = AuditEntry(verb="tests.levelled", target_kind="k", target_id="1", before={"level": 2}, after={"level": 3, "title": {"en": "T"}})
    assert verbs.verb_sentence(entry, actor="A") == "A: 2 to 3 of T, –"


@pytest.mark.django_db
@pytest.mark.parametrize("how_many", [1, 25])
def test_a_page_costs_one_query(django_assert_num_queries, how_many):
    actor = make_user()
    for n in range(how_many):
        services.record(actor=actor, verb="tests.done", target=TARGET, after={"n": n}, scope_path="/1/")
    with django_assert_num_queries(1):
        page = entries(scope_paths=["/1/"])
    assert [row.after["n"] for row in page.rows] == list(reversed(range(how_many)))
    with django_assert_num_queries(1):
        assert len(history_of("tests.thing", 7)) == how_many


@pytest.mark.django_db
def test_pages_and_filters():
    one, two = make_user(), make_user()
    for n in range(7):
        services.record(actor=one if n % 2 else two, verb=f"tests.v{n % 3}", target=("tests.thing", n), scope_path=f"/1/{n}/" if n else "")
    assert [row.sequence for row in entries(size=3, page=2).rows] == [4, 3, 2]
    assert entries(size=3, page=2).has_next
    assert not entries(size=3, page=3).has_next
    assert [row.sequence for row in entries(scope_paths=["/1/3/", "/1/5/"]).rows] == [6, 4]
    assert entries(scope_paths=[]).rows == ()
    assert len(entries(scope_paths=["/1/"]).rows) == 7, "what has no organisation is seen from the root"
    assert len(entries(scope_paths=["/"]).rows) == 7
    assert [row.sequence for row in entries(verb="tests.v1", actor_id=one.pk).rows] == [2]
    assert [row.sequence for row in entries(actor_text=two.email.upper()).rows] == [7, 5, 3, 1]
    today = dt.datetime.now(dt.UTC).date()
    far = dt.timedelta(days=2)
    assert len(entries(first_day=today - far, last_day=today + far).rows) == 7
    assert entries(first_day=today + far).rows == ()
    assert len(entries(first_day=dt.date.min, last_day=dt.date.max).rows) == 7
    assert entries(last_day=today - far).rows == ()
    assert entries(last_day=dt.date.max).rows


def test_request_id_is_ours_and_said(client, settings):
    response = client.get("/nowhere-at-all/", headers={"X-Request-Id": "forged"})
    assert len(response.headers["X-Request-Id"]) == 32
    assert response.headers["X-Request-Id"] != client.get("/nowhere-at-all/").headers["X-Request-Id"]


@pytest.mark.django_db
def test_a_lost_head_is_not_grown_again():
    services.record(actor=None, verb="tests.done", target=TARGET)
    AuditHead.objects.all().delete()
    with pytest.raises(TransactionManagementError, match="lost its head"):
        services.record(actor=None, verb="tests.done", target=TARGET)
    assert services.verify().first_broken.what == "head_differs"
