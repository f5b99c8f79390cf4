"""Before what matters a person proves again who they are, and nothing they typed is lost."""

import base64
import re
import time
from html import unescape

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from sheber.spine.accounts.confirming import ALWAYS, FIELD, SENSITIVE
from sheber.spine.accounts.waiting import CONFIRMED
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.access import Narrowing, narrow
from sheber.spine.people.models import Invitation, RoleAssignment
from sheber.spine.people.tests.factories import PASSWORD, make_user

MINUTES = 15


@pytest.fixture
def place(db):
    make_root()
    return make_organisation(code="UNI")


@pytest.fixture
def administrator(place):
    return make_user(role="administrator", at=place, password=PASSWORD)


@pytest.fixture
def browser(administrator):
    client = Client(enforce_csrf_checks=False)
    client.cookies["sheber_language"] = "en"
    client.force_login(administrator)
    return client


def later(client, minutes=MINUTES + 1):
    session = client.session
    session[CONFIRMED] -= minutes * 60
    session.save()


def hidden(page):
    """What the page carries on, read as a browser reads it."""
    form = page.split('id="confirm"')[1].split("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return [(unescape(name), unescape(value)) for name, value in found if name != "csrfmiddlewaretoken"]


def test_a_fresh_session_is_not_asked(browser, place):
    person = make_user(role="teacher", at=place)
    answer = browser.post(f"/people/{person.pk}/roles/new/", {"role": "supervisor", "organisation": "UNI", "reason": "so",
                                                              "ends_on": timezone.localdate().isoformat()})
    assert answer.status_code == 302, answer.content.decode()


def test_a_stale_one_is_asked_and_what_was_typed_goes_on(browser, place):
    """Several values of one name, several lines, signs of HTML: all of it comes to the view when the proof is right, and not before."""
    later(browser)
    typed = {"people": "first@example.invalid, “<b>Ә</b>”\r\nsecond@example.invalid", "role": "student", "organisation": "UNI",
             "language": "kk", "more": ["1", "2"]}
    page = browser.post("/people/invitations/new/", typed)
    assert page.status_code == 403
    assert not Invitation.objects.exists()
    kept = hidden(page.content.decode())
    assert kept == [("people", typed["people"]), ("role", "student"), ("organisation", "UNI"), ("language", "kk"), ("more", "1"),
                    ("more", "2")]
    carried: dict[str, list[str]] = {}
    for name, value in kept:
        carried.setdefault(name, []).append(value)
    wrong = browser.post("/people/invitations/new/", {**carried, FIELD: "not the password"})
    assert wrong.status_code == 422
    assert hidden(wrong.content.decode()) == kept
    assert "not the password" not in wrong.content.decode()
    assert not Invitation.objects.exists()
    assert AuditEntry.objects.filter(verb="person.second_step_failed").exists()
    done = browser.post("/people/invitations/new/", {**carried, FIELD: PASSWORD})
    assert done.status_code == 200, done.content.decode()
    assert set(Invitation.objects.values_list("email", flat=True)) == {"first@example.invalid", "second@example.invalid"}
    assert not AuditEntry.objects.filter(after__icontains=PASSWORD).exists()


def test_guessing_is_held(browser):
    later(browser)
    answers = [browser.post("/people/invitations/new/", {FIELD: f"guess {n}"}) for n in range(8)]
    assert "too many attempts" in answers[-1].content.decode()
    assert "too many attempts" in browser.post("/people/invitations/new/", {FIELD: PASSWORD}).content.decode()


def test_looking_and_what_does_not_matter_is_not_asked(browser):
    later(browser)
    assert browser.get("/people/invitations/new/").status_code == 200
    assert browser.post("/people/language/", {"language": "ru"}).status_code == 302


def test_a_role_is_not_ended_by_a_session_left_open(browser, place):
    later(browser)
    role = RoleAssignment.objects.get(user=make_user(role="teacher", at=place))
    assert browser.post(f"/people/{role.user_id}/roles/{role.pk}/end/", {"reason": "mine"}).status_code == 403
    assert RoleAssignment.objects.get(pk=role.pk).ends_on is None


def test_who_finds_a_session_open_sets_up_no_second_step_to_prove_with(browser, administrator):
    """Otherwise its codes would open all that is asked for here."""
    from sheber.spine.accounts.models import SecondStep
    from sheber.spine.accounts.rules import totp

    later(browser)
    page = browser.get("/account/second-step/set-up/").content.decode()
    secret = base64.b32decode(re.search(r'secret-key">([^<]+)<', page)[1].replace(" ", ""))
    code = totp.code_at(secret, int(time.time() // totp.STEP_S))
    assert browser.post("/account/second-step/set-up/", {"code": code}).status_code == 403
    assert not SecondStep.objects.exists()
    assert browser.post("/account/second-step/set-up/", {"code": code, FIELD: PASSWORD}).status_code == 200
    assert SecondStep.objects.get().pk == administrator.pk


def test_the_api_asks_a_session_and_no_token(browser, administrator, place, rf):
    from django.http import HttpResponse
    from django.urls import ResolverMatch

    from sheber.spine.accounts.confirming import ConfirmMiddleware

    later(browser)
    person = make_user(role="teacher", at=place)
    answer = browser.post(f"/api/v1/people/{person.pk}/roles", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "confirm_first")
    request = rf.post("/api/v1/people/1/roles")
    request.user, request.session = administrator, {}
    request.resolver_match = ResolverMatch(HttpResponse, (), {}, url_name="people_roles", namespaces=["api-v1"])
    decide = ConfirmMiddleware(HttpResponse).process_view
    assert decide(request, HttpResponse, (), {}).status_code == 403
    narrow(administrator, Narrowing(frozenset({"role.grant"})))
    assert decide(request, HttpResponse, (), {}) is None


def test_it_can_be_turned_off_but_not_for_links(browser, settings):
    settings.CONFIRM_MINUTES = 0
    later(browser)
    assert browser.post("/people/invitations/new/", {}).status_code == 422
    assert browser.post("/account/identities/uni/link/").status_code == 403


def test_it_is_off_for_personas_of_the_demonstration():
    """They have no password; production refuses the demonstration."""
    import os
    import subprocess
    import sys

    code = "from sheber.site.settings import base; print(base.CONFIRM_MINUTES)"
    for demonstration, minutes in (("1", "0"), ("", "15")):
        done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "SHEBER_DEMONSTRATION": demonstration}, check=True,
                              capture_output=True, text=True)
        assert float(done.stdout) == float(minutes)


def test_the_names_are_those_of_addresses():
    """A name that is mistyped would ask for nothing."""
    def names(resolver, spaces=()):
        for one in resolver.url_patterns:
            if hasattr(one, "url_patterns"):
                yield from names(one, (*spaces, one.namespace) if one.namespace else spaces)
            else:
                yield ":".join([*spaces, one.name or ""])
    assert (SENSITIVE | ALWAYS | {"exchange:table", "api-v1:exchange_apply"}) <= set(names(get_resolver()))
