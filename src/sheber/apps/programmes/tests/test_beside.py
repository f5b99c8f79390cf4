"""The page of a person leads to that of the student, for those who see evidence there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sheber.spine.competences.tests.factories import make_competence
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user


@pytest.fixture
def places(db):
    make_root()
    return make_organisation(), make_organisation()


def page(client, reader, person):
    client.force_login(reader)
    client.cookies["sheber_language"] = "en"
    answer = client.get(f"/people/{person.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_sees_evidence_is_led_there(client, places):
    student = make_user(role="student", at=places[0])
    make_evidence(person=student, competence=make_competence())
    text = page(client, make_user(role="teacher", at=places[0]), student)
    assert f'href="/students/{student.pk}/"' in text
    assert "1 assessment of a competence" in text
    assert f'href="/students/{student.pk}/"' in page(client, student, student)


@pytest.mark.parametrize(("role", "of"), [("lab_manager", "student"), ("teacher", "teacher")])
def test_others_are_not(client, places, role, of):
    """A lab manager sees names and no evidence; a teacher without evidence has no such page."""
    person = make_user(role=of, at=places[0])
    assert f"/students/{person.pk}/" not in page(client, make_user(role=role, at=places[0]), person)


def test_it_costs_the_same_for_one_item_and_for_many(client, places, django_assert_num_queries):
    student, reader = make_user(role="student", at=places[0]), make_user(role="teacher", at=places[0])
    competence = make_competence()
    make_evidence(person=student, competence=competence)
    page(client, reader, student)
    with CaptureQueriesContext(connection) as one:
        client.get(f"/people/{student.pk}/")
    for _ in range(24):
        make_evidence(person=student, competence=competence)
    with django_assert_num_queries(len(one)):
        client.get(f"/people/{student.pk}/")
