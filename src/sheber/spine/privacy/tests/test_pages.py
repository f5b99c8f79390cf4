"""Asking for one's own erasure, and deciding on it, as people do it on the pages and as programs do."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from sheber.spine.integrations.services.tokens import token_make
from sheber.spine.notices.models import Notice
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people import services as people
from sheber.spine.people.tests.factories import make_user
from sheber.spine.privacy import queries, services
from sheber.spine.privacy.models import ErasureRequest

pytestmark = pytest.mark.django_db
ERASURE = "/privacy/erasure/"


@pytest.fixture
def uni():
    make_root()
    return make_organisation(code="UNI")


@pytest.fixture
def person(uni):
    found = people.person_create(actor=None, email="ask@example.kz", name={"en": "Asks To Go"}, password="a long enough one 9")
    people.role_grant(actor=None, person_id=found.pk, role="student", organisation_id=uni.pk)
    return found


@pytest.fixture
def admin(uni):
    return make_user(role="administrator", at=uni)


def test_a_person_asks_with_the_password_and_takes_it_back(client, person):
    client.force_login(person)
    assert client.get(ERASURE).status_code == 200
    assert client.post(ERASURE, {"words": "x", "password": "wrong"}).status_code == 422
    assert not ErasureRequest.objects.exists()
    assert client.post(ERASURE, {"words": "x", "password": "a long enough one 9"}).status_code == 302
    asked = ErasureRequest.objects.get()
    assert asked.due_on == timezone.localdate() + dt.timedelta(days=30)
    assert client.post(ERASURE, {"words": "x", "password": "a long enough one 9"}).status_code == 409
    assert reverse("privacy:erasure_withdraw") in client.get(ERASURE).content.decode()
    assert client.post("/privacy/erasure/withdraw/").status_code == 302
    assert queries.request_of(person.pk).state == "withdrawn"


def test_what_waits_stands_on_the_home_page_of_who_decides_and_of_nobody_else(client, person, admin):
    """Until it is decided; late ones are the most pressing. Who asked is not named there."""
    home = "/"
    client.force_login(admin)
    assert "asked to be erased" not in client.get(home).content.decode()
    services.erasure_ask(person=person, words="secret words")
    page = client.get(home, headers={"accept-language": "en"}).content.decode()
    assert "1 person asked to be erased and waits for an answer" in page
    assert "/privacy/requests/?state=waiting" in page
    assert not any(word in page for word in ("secret words", "Asks To Go"))
    ErasureRequest.objects.update(due_on=timezone.localdate() - dt.timedelta(days=1))
    assert "has passed" in client.get(home, headers={"accept-language": "en"}).content.decode()
    elsewhere = make_user(role="administrator", at=make_organisation(code="OTHER"))
    for reader in (elsewhere, person, make_user(role="teacher", at=make_organisation(code="UNI2"))):
        client.force_login(reader)
        assert "asked to be erased" not in client.get(home, headers={"accept-language": "en"}).content.decode()
    client.force_login(admin)
    services.erasure_refuse(actor=admin, request_id=ErasureRequest.objects.get().pk, reason="studies")
    assert "asked to be erased" not in client.get(home, headers={"accept-language": "en"}).content.decode()


def test_who_has_no_password_signs_in_anew(client, person):
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    session = client.session
    session["accounts_began"] = 0
    session.save()
    assert client.post(ERASURE, {"words": ""}).status_code in {302, 403}
    assert not ErasureRequest.objects.exists()


def test_the_home_organisation_refuses_and_the_person_is_told(client, person, admin):
    asked = services.erasure_ask(person=person)
    client.force_login(admin)
    address = reverse("privacy:decide", args=[asked.pk])
    assert "Asks To Go" in client.get("/privacy/requests/").content.decode()
    assert client.get("/privacy/requests/", {"format": "csv"}).status_code == 200
    assert client.post(address, {"decision": "refuse", "reason": " "}).status_code == 422
    past = timezone.localdate() - dt.timedelta(days=1)
    answer = client.post(address, {"decision": "refuse", "reason": "An appeal is open.", "kept_until": past.isoformat()})
    assert answer.status_code == 409
    assert "An appeal is open." in answer.content.decode()                       # what was typed stays
    day = timezone.localdate() + dt.timedelta(days=40)
    assert client.post(address, {"decision": "refuse", "reason": "An appeal is open.", "kept_until": day.isoformat()}).status_code == 302
    assert Notice.objects.get(person=person, type="erasure.refused").params == {"reason": "An appeal is open."}
    assert client.post(address, {"reason": "it is over"}).status_code == 302     # the keeping ends
    assert queries.kept(person.pk) is None
    client.force_login(person)
    assert "An appeal is open." in client.get(ERASURE).content.decode()


def test_the_home_organisation_erases(client, person, admin):
    asked = services.erasure_ask(person=person)
    client.force_login(admin)
    assert client.post(reverse("privacy:decide", args=[asked.pk]), {"decision": "erase", "reason": "asked"}).status_code == 302
    assert queries.is_erased(person.pk)
    assert "Asks To Go" not in client.get("/privacy/requests/").content.decode()
    assert client.get(reverse("people:person", args=[person.pk])).status_code == 200
    assert client.get(reverse("privacy:erase", args=[person.pk])).status_code == 200


def test_who_asked_by_letter_is_erased_from_their_page(client, person, admin):
    client.force_login(admin)
    address = reverse("privacy:erase", args=[person.pk])
    assert client.post(address, {"reason": "a letter"}).status_code == 422       # not ticked
    assert not queries.is_erased(person.pk)
    assert client.post(address, {"reason": "a letter", "sure": "on"}).status_code == 302
    assert queries.is_erased(person.pk)


def test_others_decide_nothing(client, person):
    asked = services.erasure_ask(person=person)
    here, elsewhere = person.roles.get().organisation, make_organisation(code="ELSE")
    for other in (person, make_user(role="administrator", at=elsewhere), make_user(role="teacher", at=here)):
        client.force_login(other)
        assert client.post(reverse("privacy:decide", args=[asked.pk]), {"decision": "erase", "reason": "x"}).status_code in {403, 404}
        assert client.post(reverse("privacy:erase", args=[person.pk]), {"reason": "x", "sure": "on"}).status_code in {403, 404}
    assert not queries.is_erased(person.pk)


def test_a_token_neither_asks_nor_consents(client, person):
    _row, text = token_make(actor=person, name="t", scopes=["own"], expires_on=timezone.localdate() + dt.timedelta(days=2))
    for method, address in (("get", "/api/v1/me/consents"), ("put", "/api/v1/me/consents/news.email")):
        answer = getattr(client, method)(address, {"is_given": True, "version": 1}, content_type="application/json",
                                         headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == 403, answer.content


def test_over_the_api(client, person, admin):
    asked = services.erasure_ask(person=person, words="please")
    client.force_login(admin)
    (row,) = client.get("/api/v1/privacy/erasure-requests", {"state": "waiting"}).json()["items"]
    assert (row["id"], row["words"]) == (asked.pk, "please")
    refused = client.post(f"/api/v1/privacy/erasure-requests/{asked.pk}/refuse", {"reason": "no"}, content_type="application/json")
    assert (refused.status_code, refused.json()["state"]) == (200, "refused")
    again = client.post(f"/api/v1/privacy/erasure-requests/{asked.pk}/refuse", {"reason": "no"}, content_type="application/json")
    assert again.status_code == 409
    kept = client.post(f"/api/v1/privacy/erasure-requests/{asked.pk}/end-keeping", {"reason": "x"}, content_type="application/json")
    assert kept.status_code == 409
    done = client.post(f"/api/v1/people/{person.pk}/erase", {"reason": "asked"}, content_type="application/json")
    assert done.status_code == 200, done.content
    assert done.json()["entries"] > 0


@pytest.mark.parametrize("address", ["/privacy/requests/", "/privacy/consents/counts/"])
def test_a_page_costs_the_same(client, uni, admin, address, django_assert_max_num_queries):
    client.force_login(admin)
    client.get(address)
    for count in (1, 25):
        for _n in range(count):
            services.erasure_ask(person=make_user(role="student", at=uni))
        with django_assert_max_num_queries(16):
            assert client.get(address).status_code == 200
