"""A consent decides: before it is given, after, and once it is taken back, on pages, in exports, over the API, in the search and in counts.

What is expected is the set of people who agree, kept beside the product while they give consents and take them back.
"""

import csv
import io
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from sheber.apps.programmes.queries.profiles import PROFILE
from sheber.apps.programmes.tests.factories import make_student, make_version
from sheber.kit import consent
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.services import person_deactivate, person_reactivate
from sheber.spine.people.tests.factories import make_user
from sheber.spine.privacy import queries, services

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    make_root()
    return make_version(organisation=make_organisation(code="UNI"), status="published")


def student(version, n):
    person = make_user(role="student", at=version.programme.organisation, name={"en": f"Shown Kaliyev{n:02}"}, email=f"mail{n}@uni.example")
    return make_student(version=version, user=person).student


def says(person, is_given):
    services.consent_set(person=person, purpose=PROFILE, version=consent.purposes()[PROFILE].version, is_given=is_given)


def signed_in(person):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def seen(client, people):
    """Numbers of those whom a reader meets, by each way there is; and that every way counts as many."""
    found = {}
    rows = list(csv.DictReader(io.StringIO(text(client.get("/students/profiles/?format=csv")))))
    names = {row["Student"] for row in rows}
    found["csv"] = {pk for pk, person in people.items() if str(person.name["en"]) in names}
    book = load_workbook(io.BytesIO(content(client.get("/students/profiles/?format=xlsx"))))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    found["xlsx"] = {pk for pk, person in people.items() if str(person.name["en"]) in cells}
    page = client.get("/students/profiles/").content.decode()
    found["page"] = {pk for pk, person in people.items() if str(person.name["en"]) in page}
    found["page, one by one"] = {pk for pk in people if client.get(f"/students/{pk}/profile/").status_code == 200}
    answer = client.get("/api/v1/profiles").json()
    found["api"] = {row["person_id"] for row in answer["items"]}
    assert answer["total"] == len(found["api"])
    found["api, one by one"] = {pk for pk in people if client.get(f"/api/v1/profiles/{pk}").status_code == 200}
    hits = client.get("/search/", {"q": "kaliyev"}).content.decode()
    found["search"] = {pk for pk in people if f"/students/{pk}/profile/" in hits}
    answer = client.get("/api/v1/search", {"q": "kaliyev", "kind": "profiles"}).content.decode()
    found["search, api"] = {pk for pk in people if f"/students/{pk}/profile/" in answer}
    found["list, by name"] = {row["person_id"] for row in client.get("/api/v1/profiles", {"text": "kaliyev"}).json()["items"]}
    return found


def content(answer):
    return b"".join(answer) if answer.streaming else answer.content


def text(answer):
    return content(answer).decode("utf-8-sig")


def agree(found, wanted):
    assert found == dict.fromkeys(found, wanted)


@pytest.mark.parametrize("role", ["hr", "enterprise_engineer"])
def test_who_agrees_is_seen_and_nobody_else(version, role):
    people = {person.pk: person for person in (student(version, n) for n in range(4))}
    first, second, third, _never = people.values()
    reader = signed_in(make_user(role=role, at=make_organisation(code="PLANT", kind="enterprise")))
    agree(seen(reader, people), set())
    says(first, True)
    says(second, True)
    says(third, True)
    agree(seen(reader, people), {first.pk, second.pk, third.pk})
    says(second, False)
    agree(seen(reader, people), {first.pk, third.pk})
    says(second, True)
    agree(seen(reader, people), {first.pk, second.pk, third.pk})
    type(third).objects.filter(pk=third.pk).update(is_active=False)
    agree(seen(reader, people), {first.pk, second.pk})


def test_a_new_text_shows_nobody_until_they_agree_to_it(version, monkeypatch):
    people = {person.pk: person for person in (student(version, n) for n in range(2))}
    first, second = people.values()
    reader = signed_in(make_user(role="hr", at=make_organisation(code="PLANT", kind="enterprise")))
    says(first, True)
    says(second, True)
    known = consent.purposes()[PROFILE]
    monkeypatch.setitem(consent._purposes, PROFILE, replace(known, version=known.version + 1))
    agree(seen(reader, people), set())
    says(second, True)
    agree(seen(reader, people), {second.pk})


def test_an_erased_person_is_seen_by_nobody(version):
    person = student(version, 1)
    says(person, True)
    services.person_erase(actor=None, person_id=person.pk, reason="asked by letter")
    person.refresh_from_db()
    reader = signed_in(make_user(role="hr", at=make_organisation(code="PLANT", kind="enterprise")))
    agree(seen(reader, {person.pk: person}), set())
    assert not queries.allowed(person.pk, PROFILE)


@pytest.mark.parametrize("role", ["student", "researcher", "external_reviewer", "ministry_analyst", "teacher"])
def test_a_consent_opens_nothing_to_others(version, role):
    person = student(version, 1)
    says(person, True)
    reader = signed_in(make_user(role=role, at=version.programme.organisation))
    for address in ("/students/profiles/", f"/students/{person.pk}/profile/", "/api/v1/profiles", f"/api/v1/profiles/{person.pk}"):
        assert reader.get(address).status_code == 403
    assert f"/students/{person.pk}/profile/" not in reader.get("/search/", {"q": "kaliyev"}).content.decode()


def test_an_enterprise_learns_no_more_than_was_agreed(version):
    """Neither the ledger nor the address, and the address finds nobody."""
    person = student(version, 1)
    says(person, True)
    reader = signed_in(make_user(role="hr", at=make_organisation(code="PLANT", kind="enterprise")))
    for address in (f"/students/{person.pk}/", f"/people/{person.pk}/", f"/api/v1/people/{person.pk}/evidence",
                    f"/api/v1/people/{person.pk}/attainment"):
        assert reader.get(address).status_code == 403, address
    said = [text(reader.get(address)) for address in (
        "/students/profiles/", "/students/profiles/?format=csv", f"/students/{person.pk}/profile/", "/api/v1/profiles",
        f"/api/v1/profiles/{person.pk}")]
    assert not any(person.email in one for one in said)
    assert reader.get("/api/v1/profiles", {"text": "mail1"}).json()["total"] == 0
    assert f"/students/{person.pk}/" not in reader.get("/search/", {"q": "mail1@uni"}).content.decode()


def test_one_sees_ones_own_profile_whatever_one_said(version):
    person, other = student(version, 1), student(version, 2)
    says(other, True)
    own = signed_in(person)
    assert "Only you see this page" in own.get(f"/students/{person.pk}/profile/").content.decode()
    assert own.get(f"/students/{other.pk}/profile/").status_code == 403
    says(person, True)
    assert "You agree that enterprises see this page" in own.get(f"/students/{person.pk}/profile/").content.decode()


def test_every_purpose_that_is_asked_for_is_one_on_which_something_acts():
    """The question and the query stand in one module, so a question alone cannot be asked."""
    assert set(consent.purposes()) == {PROFILE}


def test_a_fixed_number_of_queries(version):
    reader = signed_in(make_user(role="hr", at=make_organisation(code="PLANT", kind="enterprise")))
    counts = []
    for n in range(25):
        says(student(version, n), True)
        if n in (0, 24):
            reader.get("/students/profiles/")
            for address in ("/students/profiles/", "/api/v1/profiles"):
                with CaptureQueriesContext(connection) as made:
                    assert reader.get(address).status_code == 200
                counts.append(len(made))
    assert counts[:2] == counts[2:]


def test_an_account_that_is_closed_agrees_to_nothing_until_it_is_opened(version):
    person = student(version, 1)
    says(person, True)
    person_deactivate(actor=None, person_id=person.pk, reason="left")
    assert not queries.allowed(person.pk, PROFILE)
    person_reactivate(actor=None, person_id=person.pk)
    assert queries.allowed(person.pk, PROFILE)
