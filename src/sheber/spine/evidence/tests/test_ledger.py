"""The ledger: rows are only ever added, what counts is what was neither corrected nor withdrawn, and bad evidence is refused."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheber.engines.competence import SETTINGS
from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.audit.services import verify
from sheber.spine.competences.tests.factories import make_competence, make_framework
from sheber.spine.evidence import queries, services, sources
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import make_user

from .factories import make_evidence

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 20)


def record(**changes):
    known = {"level": Decimal("3.5"), "setting": "course", "observed_on": DAY, "source_kind": "tests.thing", "source_id": "1",
             "assessor_rule": "tests.rule", **changes}
    known.setdefault("person_id", None)
    known["person_id"] = known["person_id"] or make_user().pk
    known.setdefault("competence_id", None)
    known["competence_id"] = known["competence_id"] or make_competence().pk
    return services.evidence_record(actor=None, **known)


def test_recorded_with_its_entry():
    place = make_organisation()
    student = make_user(role="student", at=place)
    item = record(person_id=student.pk)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target_id, entry.scope_path) == ("evidence.recorded", str(item.pk), place.path)
    assert entry.after["level"] == "3.5"


@pytest.mark.parametrize(("changes", "code"), [
    ({"level": 5.1}, "evidence_level_range"), ({"level": -1}, "evidence_level_range"), ({"level": float("nan")}, "evidence_level_range"),
    ({"level": float("inf")}, "evidence_level_range"), ({"setting": "dream"}, "evidence_setting_unknown"),
    ({"observed_on": dt.date(2999, 1, 1)}, "evidence_in_future"), ({"assessor_rule": ""}, "evidence_one_assessor"),
    ({"assessor_id": 1}, "evidence_one_assessor"), ({"source_id": ""}, "evidence_no_source"),
    ({"competence_id": 999_999}, "evidence_not_published")])
def test_bad_evidence_is_refused(changes, code):
    with pytest.raises(DomainError) as no:
        record(**changes)
    assert (no.value.code, no.value.detail["row"]) == (code, 1)
    assert not EvidenceItem.objects.exists()


def test_nobody_assesses_themselves():
    person = make_user()
    with pytest.raises(DomainError) as no:
        record(person_id=person.pk, assessor_id=person.pk, assessor_rule="")
    assert no.value.code == "evidence_of_oneself"


def test_a_draft_is_not_evidenced():
    with pytest.raises(DomainError) as no:
        record(competence_id=make_competence(framework=make_framework(published=False)).pk)
    assert no.value.code == "evidence_not_published"


def test_today_is_not_the_future():
    assert record(observed_on=timezone.localdate()).pk


def new_item(person, competence, **changes):
    return services.NewItem(**{"person_id": person.pk, "competence_id": competence.pk, "level": 3, "setting": "course", "observed_on": DAY,
                               "source_kind": "tests.thing", "source_id": "1", "assessor_rule": "tests.rule", **changes})


def test_many_are_all_or_none_and_one_entry(django_assert_max_num_queries):
    person, competence = make_user(), make_competence()
    with pytest.raises(DomainError) as no:
        services.evidence_record_many(actor=None, items=[new_item(person, competence), new_item(person, competence, level=9)])
    assert (no.value.code, no.value.detail["row"]) == ("evidence_level_range", 2)
    assert not EvidenceItem.objects.exists()
    with django_assert_max_num_queries(20):
        done = services.evidence_record_many(actor=None, items=[new_item(person, competence, level=n % 6) for n in range(500)])
    assert list(EvidenceItem.objects.order_by("pk").values_list("pk", flat=True)) == list(done.ids)
    entry = AuditEntry.objects.get()
    assert (entry.after["count"], entry.after["digest"]) == (500, done.digest)
    assert verify().ok


def test_nothing_to_record_writes_nothing():
    assert services.evidence_record_many(actor=None, items=[]).ids == ()
    assert not AuditEntry.objects.exists()


def test_a_correction_is_a_new_item():
    first = record(level=2)
    second = services.evidence_supersede(actor=None, item_id=first.pk, level=4, reason="marked on the wrong scale")
    assert (second.supersedes_id, second.person_id, second.assessor_rule) == (first.pk, first.person_id, "tests.rule")
    first.refresh_from_db()
    assert first.level == 2
    for code, refused in (
            ("evidence_superseded_already", lambda: services.evidence_supersede(actor=None, item_id=first.pk, level=1, reason="again")),
            ("reason_missing", lambda: services.evidence_withdraw(actor=None, item_id=second.pk, reason="  ")),
            ("evidence_level_range", lambda: services.evidence_supersede(actor=None, item_id=second.pk, level=7, reason="x"))):
        with pytest.raises(DomainError) as no:
            refused()
        assert no.value.code == code
    third = services.evidence_withdraw(actor=None, item_id=second.pk, reason="another person's work")
    assert third.level is None
    with pytest.raises(DomainError) as no:
        services.evidence_supersede(actor=None, item_id=third.pk, level=1, reason="x")
    assert no.value.code == "evidence_withdrawn"
    assert [row.id for row in queries.item_detail(second.pk).chain] == [first.pk, second.pk, third.pk]
    assert [row.is_current for row in queries.item_detail(second.pk).chain] == [False, False, False]
    assert queries.columns().person.size == 0
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["evidence.recorded", "evidence.superseded", "evidence.withdrawn"]


@pytest.mark.parametrize("write", ["UPDATE evidence_evidenceitem SET level = 5", "DELETE FROM evidence_evidenceitem"])
def test_the_database_refuses_to_change_the_ledger(write):
    record()
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write)


def test_no_audit_no_change(monkeypatch):
    monkeypatch.setattr(services.audit, "record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        record()
    assert not EvidenceItem.objects.exists()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_columns_are_what_a_plain_loop_finds(data):
    """Against a loop over model objects, for any ledger, any choice of people and competences in any order, any day."""
    with transaction.atomic():
        people, competences = [make_user() for _ in range(3)], list(make_framework(sections=1, items=3).competences.filter(depth=2))
        items = []
        for _ in range(data.draw(st.integers(0, 12))):
            open_items = [item for item in items if item.level is not None and item.pk not in {other.supersedes_id for other in items}]
            corrected = data.draw(st.sampled_from([None, *open_items])) if open_items else None
            level = data.draw(st.sampled_from([None, 0, 0.1, 2.3, 4.9, 5] if corrected else [0, 0.1, 2.3, 4.9, 5]))
            items.append(make_evidence(
                person=corrected.person if corrected else data.draw(st.sampled_from(people)),
                competence=corrected.competence if corrected else data.draw(st.sampled_from(competences)), level=level,
                supersedes=corrected, setting=data.draw(st.sampled_from(SETTINGS)),
                observed_on=data.draw(st.dates(dt.date(1999, 12, 30), dt.date(2026, 3, 2)))))
        chosen = data.draw(st.permutations([person.pk for person in people]))[:data.draw(st.integers(0, 3))]
        wanted = data.draw(st.permutations([one.pk for one in competences]))[:data.draw(st.integers(0, 3))]
        until = data.draw(st.none() | st.dates(dt.date(1999, 12, 30), dt.date(2026, 3, 2)))
        superseded = {item.supersedes_id for item in items}
        expected = [(chosen.index(item.person_id), wanted.index(item.competence_id), float(item.level), item.observed_on.toordinal(),
                     SETTINGS.index(item.setting), item.pk) for item in items
                    if item.level is not None and item.pk not in superseded and item.person_id in chosen and item.competence_id in wanted
                    and (until is None or item.observed_on <= until)]
        found = queries.columns(person_ids=chosen, competence_ids=wanted, until=until)
        got = list(zip(found.person.tolist(), found.competence.tolist(), found.level.tolist(), found.observed_day.tolist(),
                       found.setting.tolist(), found.item_id.tolist(), strict=True))
        assert got == expected
        transaction.set_rollback(True)


def test_columns_of_everybody(monkeypatch, django_assert_num_queries):
    framework = make_framework()
    people = [make_user() for _ in range(4)]
    for person in people:
        for competence in framework.competences.filter(depth=2):
            make_evidence(person=person, competence=competence)
    make_evidence(person=people[0], competence=make_competence())
    with django_assert_num_queries(1):
        found = queries.columns(framework_id=framework.pk)
    assert found.person_ids.tolist() == [person.pk for person in people]
    assert found.person.size == 4 * 6
    monkeypatch.setattr("sheber.spine.evidence.queries.arrays.PEOPLE_IN_A_QUERY", 1)
    with django_assert_num_queries(1):
        some = queries.columns(person_ids=[people[3].pk, people[1].pk], framework_id=framework.pk)
    assert np.bincount(some.person).tolist() == [6, 6]
    assert EvidenceItem.objects.get(pk=some.item_id[some.person == 0][0]).person_id == people[3].pk
    with pytest.raises(ValueError, match="twice"):
        queries.columns(person_ids=[1, 1])


@pytest.mark.parametrize("how_many", [1, 25])
def test_ledger_costs_the_same(django_assert_num_queries, how_many):
    person, competence = make_user(), make_competence()
    asked = []

    def resolve(ids):
        asked.append(ids)
        return {key: sources.Source(f"Thing {key}", f"/things/{key}/") for key in ids}
    sources.register("tests.asked", resolve)
    for n in range(how_many):
        last = make_evidence(person=person, competence=competence, source_kind="tests.asked", source_id=str(n), assessor=make_user())
    try:
        with django_assert_num_queries(1):
            page = queries.ledger_of(person.pk)
        assert len(page.rows) == how_many
        assert page.sources["tests.asked", "0"].url == "/things/0/"
        assert len(asked) == 1
        with django_assert_num_queries(1):
            assert len(queries.items_behind(person.pk, competence.pk).rows) == how_many
        with django_assert_num_queries(2):
            assert queries.item_detail(last.pk).source.title == f"Thing {how_many - 1}"
    finally:
        sources._resolvers.pop("tests.asked")


def test_unknown_source_is_named_and_two_resolvers_are_refused():
    assert sources.resolve([("tests.nothing", "5")])["tests.nothing", "5"].title == "tests.nothing 5"
    sources.register("tests.twice", resolver := lambda ids: {})
    try:
        sources.register("tests.twice", resolver)
        with pytest.raises(ValueError, match=r"tests\.twice"):
            sources.register("tests.twice", lambda ids: {})
    finally:
        sources._resolvers.pop("tests.twice")


def test_pages_of_a_ledger():
    person, competence = make_user(), make_competence()
    items = [make_evidence(person=person, competence=competence, observed_on=DAY + dt.timedelta(days=n)) for n in range(5)]
    make_evidence(person=make_user(), competence=competence)
    page = queries.ledger_of(person.pk, size=2, page=2)
    assert [row.id for row in page.rows] == [items[2].pk, items[1].pk]
    assert page.has_next
    assert queries.item_detail(999_999) is None
    assert queries.owner_of(items[0].pk) == person.pk
