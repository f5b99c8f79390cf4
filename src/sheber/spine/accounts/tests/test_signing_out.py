"""Signing out at the provider: the session here ends whatever the provider says, and nothing is said that is not known."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session

from sheber.spine.accounts import provider_client, services
from sheber.spine.accounts.rules import totp
from sheber.spine.accounts.waiting import LONGEST_HINT, PROVIDER
from sheber.spine.people.tests.factories import PASSWORD

from .provider import signed
from .test_single_sign_on import browser, is_in, person, provider, went  # noqa: F401 - fixtures

OUT = "/people/sign-out/"
BACK = "/account/single/uni/out/"


@pytest.fixture
def leaves(provider):  # noqa: F811
    provider.discovery["end_session_endpoint"] = f"{provider.issuer}/leave"
    return provider


def asked(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_who_came_from_a_provider_is_sent_there_and_back(leaves, person, browser):  # noqa: F811
    tokens = []
    leaves.sign = lambda claims: tokens.append(signed(claims)) or tokens[-1]
    went(browser, leaves)
    assert is_in(browser)
    key = browser.session.session_key
    away = browser.post(OUT)["Location"]
    assert not is_in(browser)
    assert not Session.objects.filter(pk=key).exists()
    assert away.startswith(f"{leaves.issuer}/leave?")
    said = asked(away)
    assert said == {"client_id": "sheber", "post_logout_redirect_uri": f"http://testserver{BACK}", "id_token_hint": tokens[0],
                    "state": said["state"]}
    assert len(said["state"]) >= 20
    page = browser.get(BACK, {"state": said["state"]}).content.decode()
    assert "signed out here and at The University" in page


def test_the_token_is_not_read_from_the_session(leaves, person, browser):  # noqa: F811
    """It names the person; what is kept of it is sealed."""
    tokens = []
    leaves.sign = lambda claims: tokens.append(signed(claims)) or tokens[-1]
    went(browser, leaves)
    kept = str(dict(browser.session.items()))
    assert browser.session[PROVIDER]["key"] == "uni"
    assert not any(part in kept for part in (tokens[0], *tokens[0].split(".")))


@pytest.mark.parametrize("endpoint", [None, 7, "javascript:alert(1)", "http://elsewhere.example/leave", "https://elsewhere.example/leave",
                                      "https://a@uni.example/leave", "//uni.example/leave"])
def test_nobody_is_sent_where_they_should_not_go(provider, person, browser, endpoint):  # noqa: F811
    """No endpoint, or one at an address that was not agreed: signed out here, and told that it is here only."""
    if endpoint is not None:
        provider.discovery["end_session_endpoint"] = endpoint
    went(browser, provider)
    answer = browser.post(OUT)
    assert answer["Location"] == BACK
    assert not is_in(browser)
    page = browser.get(BACK).content.decode()
    assert "You may still be signed in at The University" in page
    assert "here and at" not in page


def test_a_provider_that_is_gone_keeps_nobody_signed_in(leaves, person, browser):  # noqa: F811
    went(browser, leaves)
    provider_client._apps.clear()
    leaves.discovery["issuer"] = "https://another.example"
    assert browser.post(OUT)["Location"] == BACK
    assert not is_in(browser)
    assert "You may still be signed in" in browser.get(BACK).content.decode()


def test_who_typed_a_password_is_sent_nowhere(leaves, person, browser):  # noqa: F811
    browser.post("/people/sign-in/", {"email": person.email, "password": PASSWORD})
    assert is_in(browser)
    assert browser.post(OUT)["Location"] == "/people/sign-in/"
    assert browser.get(BACK)["Location"] == "/people/sign-in/"


@pytest.mark.parametrize("state", ["", "guessed", "ж"])
def test_a_link_from_elsewhere_does_not_say_that_they_are_out(leaves, person, browser, state):  # noqa: F811
    went(browser, leaves)
    browser.post(OUT)
    page = browser.get(BACK, {"state": state})
    assert page.status_code == 200
    assert "here and at" not in page.content.decode()
    assert browser.get("/account/single/other/out/")["Location"] == "/people/sign-in/"


def test_a_token_that_no_address_would_hold_is_left_out(leaves, person, browser):  # noqa: F811
    went(browser, leaves, groups=["x" * 40] * (LONGEST_HINT // 40))
    assert "id_token_hint" not in asked(browser.post(OUT)["Location"])


def test_an_endpoint_with_a_query_keeps_it(leaves, person, browser):  # noqa: F811
    leaves.discovery["end_session_endpoint"] = f"{leaves.issuer}/leave?realm=main"
    went(browser, leaves)
    said = asked(browser.post(OUT)["Location"])
    assert said["realm"] == "main"
    assert said["client_id"] == "sheber"


def test_after_the_second_step_it_is_known_too(leaves, person, browser):  # noqa: F811
    """The step stands between the provider and the session: who vouched is carried across."""
    secret, now = totp.new_secret(), int(time.time()) // totp.STEP_S
    services.second_step_start(person_id=person.pk, secret=secret, code=totp.code_at(secret, now))
    assert "/second-step/check/" in went(browser, leaves)["Location"]
    assert browser.post("/account/second-step/check/", {"code": totp.code_at(secret, now + 1)}).status_code == 302
    assert is_in(browser)
    assert browser.post(OUT)["Location"].startswith(f"{leaves.issuer}/leave?")
