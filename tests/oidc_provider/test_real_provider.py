"""Single sign-on with a real provider on this machine, end to end over HTTP: what stands in a test of ours is what others speak."""

from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from sheber.spine.accounts import provider_client
from sheber.spine.accounts.models import Identity
from sheber.spine.accounts.rules.providers import Provider
from sheber.spine.accounts.waiting import CONFIRMED
from sheber.spine.audit.models import AuditEntry
from sheber.spine.people.tests.factories import make_user

from .running import PASSWORD, SECRET, real_provider

BACK = "http://testserver/account/single/university/back/"
PEOPLE = (("aigul", "aigul@university.example", "Aigul", ""), ("unchecked", "known@university.example", "U", "unchecked"),
          ("stranger", "stranger@university.example", "S", ""), ("elsewhere", "known@elsewhere.example", "E", ""))


@pytest.fixture(scope="module")
def issuer():
    with real_provider(redirect=BACK, people=PEOPLE) as found:
        yield found
    provider_client._apps.clear()


@pytest.fixture
def configured(issuer, settings):
    provider = Provider(key="university", names=(("", "The University"),), issuer=issuer, client_id="sheber", client_secret=SECRET,
                        domains=("university.example",), trusted=("university.example",))
    settings.OIDC_PROVIDERS = (provider,)
    return provider


def at_the_provider(browser, address, username):
    """Log in where one is sent, and say where one is sent back to."""
    answer = browser.get(address)
    if "csrfmiddlewaretoken" in answer.text:
        form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": browser.cookies["provider_csrf"]}
        answer = browser.post(answer.url, form, allow_redirects=False, headers={"Referer": answer.url})
        answer = browser.get(requests.compat.urljoin(answer.url, answer.headers["Location"]), allow_redirects=False)
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    assert f"http://{parts.netloc}{parts.path}" == BACK
    return f"{parts.path}?{parts.query}"


def went(client, username, browser=None, address="/account/single/university/"):
    begun = client.post(address, {"next": "/people/account/"})
    assert begun.status_code == 302, begun.content.decode()
    return client.get(at_the_provider(browser or requests.Session(), begun["Location"], username))


@pytest.mark.django_db
def test_a_person_signs_in_and_comes_again(configured, client):
    person = make_user(email="aigul@university.example")
    assert went(client, "aigul")["Location"] == "/people/account/"
    assert client.get("/people/account/").status_code == 200
    row = Identity.objects.get()
    assert (row.person_id, row.issuer, row.email) == (person.pk, configured.issuer, person.email)
    again = Client()
    assert went(again, "aigul").status_code == 302
    assert Identity.objects.get().pk == row.pk
    assert AuditEntry.objects.filter(verb="person.signed_in", actor=person).count() == 2


@pytest.mark.django_db
def test_who_signs_out_is_signed_out_there_too(configured, client):
    """The provider knows the browser before and asks anew after; it asks nothing on the way, for it gets its own token back."""
    make_user(email="aigul@university.example")
    browser = requests.Session()
    went(client, "aigul", browser)
    begun = Client().post("/account/single/university/")["Location"]
    assert browser.get(begun, allow_redirects=False).status_code == 302, "the provider still knows the browser"
    away = client.post("/people/sign-out/")["Location"]
    assert away.startswith(f"{configured.issuer}/logout/?")
    back = browser.get(away, allow_redirects=False)
    assert back.status_code == 302, back.text
    parts = urlsplit(back.headers["Location"])
    assert f"http://{parts.netloc}{parts.path}" == BACK.replace("/back/", "/out/")
    page = client.get(f"{parts.path}?{parts.query}", headers={"accept-language": "en"})
    assert "signed out here and at The University" in page.content.decode()
    assert client.get("/people/account/").status_code == 302
    begun = Client().post("/account/single/university/")["Location"]
    assert "csrfmiddlewaretoken" in browser.get(begun).text, "the provider asks who it is"


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["unchecked", "stranger", "elsewhere"])
def test_whom_it_may_not_vouch_for_stays_outside(configured, client, username):
    make_user(email="known@university.example")
    make_user(email="known@elsewhere.example")
    assert went(client, username).status_code == 403
    assert client.get("/people/account/").status_code == 302
    assert not Identity.objects.exists()


@pytest.mark.django_db
def test_another_secret_opens_nothing(configured, client, settings):
    from dataclasses import replace

    make_user(email="aigul@university.example")
    settings.OIDC_PROVIDERS = (replace(configured, client_secret="guessed"),)
    assert went(client, "aigul").status_code == 403


@pytest.mark.django_db
def test_who_is_still_known_there_confirms_by_logging_in_anew(configured, client):
    make_user(email="aigul@university.example")
    browser = requests.Session()
    went(client, "aigul", browser)
    session = client.session
    session[CONFIRMED] = 0
    session.save()
    begun = client.post("/account/single/university/confirm/")["Location"]
    assert "csrfmiddlewaretoken" in browser.get(begun).text, "the provider asks again although it knows the browser"
    assert client.get(at_the_provider(browser, begun, "aigul")).status_code == 200
    assert client.session[CONFIRMED] > 0
