"""Consents: nothing holds until it is given, and nothing holds longer than its text."""

import dataclasses

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from sheber.kit import consent
from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user
from sheber.spine.privacy import queries, services
from sheber.spine.privacy.models import ConsentChange

pytestmark = pytest.mark.django_db
NEWS = "news.email"


def newer(monkeypatch, code=NEWS):
    known = consent.purposes()[code]
    monkeypatch.setitem(consent._purposes, code, dataclasses.replace(known, version=known.version + 1, text="Another text"))


def test_nothing_is_given_before_it_is_given():
    person = make_user()
    assert [row.is_given for row in queries.consents(person.pk)] == [False, False, False]
    assert not any(queries.allowed(person.pk, code) for code in consent.purposes())


def test_each_purpose_stands_for_itself():
    person, other = make_user(), make_user()
    services.consent_set(person=person, purpose=NEWS, version=1, is_given=True)
    assert [row.code for row in queries.consents(person.pk) if row.is_given] == [NEWS]
    assert queries.allowed(person.pk, NEWS)
    assert not queries.allowed(other.pk, NEWS)


@given(said=st.lists(st.booleans(), max_size=12))
def test_the_last_word_holds_and_every_change_is_kept(said):
    """Against a plain reckoning: what holds is what was said last; one row for each change of mind."""
    with transaction.atomic():
        person = make_user()
        changes, now = 0, False
        for one in said:
            services.consent_set(person=person, purpose=NEWS, version=1, is_given=one)
            changes, now = changes + (one != now), one
        assert queries.allowed(person.pk, NEWS) is now
        assert ConsentChange.objects.filter(person=person).count() == changes
        assert AuditEntry.objects.filter(actor=person, verb__startswith="consent.").count() == changes
        transaction.set_rollback(True)


def test_a_new_text_asks_again(monkeypatch):
    person = make_user()
    services.consent_set(person=person, purpose=NEWS, version=1, is_given=True)
    newer(monkeypatch)
    assert not queries.allowed(person.pk, NEWS)
    (row,) = queries.consents(person.pk, NEWS)
    assert (row.is_given, row.is_outdated) == (False, True)
    with pytest.raises(DomainError) as no, transaction.atomic():
        services.consent_set(person=person, purpose=NEWS, version=1, is_given=True)     # a page left open with the old text
    assert no.value.code == "consent_text_changed"
    services.consent_set(person=person, purpose=NEWS, version=2, is_given=True)
    assert queries.allowed(person.pk, NEWS)
    assert queries.history(person.pk)[0].text == "Another text"


def test_a_consent_can_be_taken_back_whatever_the_text(monkeypatch):
    person = make_user()
    services.consent_set(person=person, purpose=NEWS, version=1, is_given=True)
    newer(monkeypatch)
    services.consent_set(person=person, purpose=NEWS, version=1, is_given=False)
    assert not queries.allowed(person.pk, NEWS)
    assert not queries.consents(person.pk, NEWS)[0].is_outdated


@pytest.mark.parametrize("write", ["UPDATE privacy_consentchange SET version = 9", "DELETE FROM privacy_consentchange"])
def test_the_database_keeps_the_history(write):
    services.consent_set(person=make_user(), purpose=NEWS, version=1, is_given=True)
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write)


def test_the_page_ticks_nothing_and_saves_one(client):
    person = make_user()
    client.force_login(person)
    address = reverse("privacy:consents")
    page = client.get(address).content.decode()
    assert "checked" not in page
    assert page.count('value="yes"') == 3
    assert client.post(address, {"purpose": NEWS, "version": "1", "given": "yes"}).status_code == 302
    assert queries.allowed(person.pk, NEWS)
    assert client.post(address, {"purpose": NEWS, "version": "x", "given": "yes"}).status_code == 409
    assert client.post(address, {"purpose": "no.such", "version": "1", "given": "yes"}).status_code == 409
    assert client.post(address, {"purpose": NEWS, "version": "1", "given": "no"}).status_code == 302
    assert not queries.allowed(person.pk, NEWS)


def test_counts_name_nobody_and_keep_to_the_house(client):
    root = make_root()
    ours, theirs = make_organisation(code="OURS"), make_organisation(code="THEIRS")
    for at in (ours, ours, theirs):
        services.consent_set(person=make_user(role="student", at=at), purpose=NEWS, version=1, is_given=True)
    given = {row.code: row.given for row in queries.counts(paths=[ours.path])}
    assert given == {NEWS: 2, "profile.enterprises": 0, "data.research": 0}
    assert {row.code: row.given for row in queries.counts(paths=[root.path])}[NEWS] == 3
    client.force_login(make_user(role="administrator", at=ours))
    answer = client.get(reverse("privacy:consent_counts"), {"format": "csv"})
    assert answer.status_code == 200
    assert "@" not in b"".join(answer).decode() if answer.streaming else "@" not in answer.content.decode()
    found = client.get("/api/v1/privacy/consent-counts").json()["items"]
    assert {row["code"]: row["given"] for row in found}[NEWS] == 2


def test_over_the_api(client):
    person = make_user()
    client.force_login(person)
    put = client.put(f"/api/v1/me/consents/{NEWS}", {"is_given": True, "version": 1}, content_type="application/json")
    assert put.status_code == 200, put.content
    assert put.json()["is_given"]
    assert [row["is_given"] for row in client.get("/api/v1/me/consents").json()["items"]] == [False, False, True]
    assert client.put("/api/v1/me/consents/no.such", {"is_given": True, "version": 1}, content_type="application/json").status_code == 409
