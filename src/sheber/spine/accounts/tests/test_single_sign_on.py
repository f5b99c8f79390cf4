"""Single sign-on against a provider that lies: whatever it says wrongly opens nothing."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from sheber.spine.accounts import provider_client
from sheber.spine.accounts.models import Identity
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.models import User
from sheber.spine.people.tests.factories import PASSWORD, make_user

from .provider import OTHER_KEY, SECRET, by_public_key, by_shared, lying_provider, signed, unsigned

START = "/account/single/uni/"
BACK = "/account/single/uni/back/"


@pytest.fixture
def provider(settings):
    with lying_provider() as lying:
        settings.OIDC_PROVIDERS = (lying.configured(),)
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"form-action": ["'self'", lying.issuer]}}
        yield lying
        provider_client._apps.clear()


@pytest.fixture
def person(db):
    return make_user(email="Aigul@uni.example".lower(), password=PASSWORD)


@pytest.fixture
def browser(db):
    client = Client()
    client.cookies["sheber_language"] = "en"
    return client


def is_in(client):
    return client.get("/people/account/").status_code == 200


def went(client, provider, *, target="", **claims):
    """The whole way: button, provider, back."""
    begun = client.post(START, {"next": target})
    assert begun.status_code == 302, begun.content
    assert begun["Location"].startswith(f"{provider.issuer}/authorize?")
    return client.get(BACK + provider.agreed(begun["Location"], **claims))


def test_a_person_signs_in_and_is_known_from_then_on(provider, person, browser):
    answer = went(browser, provider, target="/people/account/")
    assert answer["Location"] == "/people/account/"
    assert is_in(browser)
    row = Identity.objects.get()
    assert (row.person_id, row.issuer, row.subject, row.email) == (person.pk, provider.issuer, "4711", person.email)
    assert row.last_at is not None
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["identity.linked_by_address", "person.signed_in"]
    assert AuditEntry.objects.get(verb="person.signed_in").after["via"] == "uni"
    assert "Sign in with The University" in Client(headers={"accept-language": "en"}).get("/people/sign-in/").content.decode()


def test_what_is_asked_of_the_provider(provider, person, browser):
    """Code, PKCE, state and nonce; the secret goes to the token endpoint alone. The provider compares the verifier."""
    begun = browser.post(START)["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun).query).items()}
    assert {name: asked[name] for name in ("response_type", "client_id", "code_challenge_method", "redirect_uri", "scope")} == {
        "response_type": "code", "client_id": "sheber", "code_challenge_method": "S256", "scope": "openid email profile",
        "redirect_uri": f"http://testserver{BACK}"}
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    assert SECRET not in begun
    again = parse_qs(urlsplit(browser.post(START)["Location"]).query)
    assert all(again[name][0] != asked[name] for name in ("state", "nonce", "code_challenge"))


LIES = {
    "another nonce": ({"nonce": "guessed"}, signed), "no nonce": ({"nonce": None}, signed),
    "for another client": ({"aud": "another"}, signed), "no audience": ({"aud": None}, signed),
    "for another client, made for us": ({"aud": "another", "azp": "sheber"}, signed),
    "for two, made for the other": ({"aud": ["sheber", "another"], "azp": "another"}, signed),
    "for two, nobody says for whom": ({"aud": ["sheber", "another"]}, signed),
    "expired": ({"exp": int(time.time()) - 600}, signed), "without an end": ({"exp": None}, signed),
    "end is a text": ({"exp": "never"}, signed),
    "without a beginning": ({"iat": None}, signed), "not yet": ({"nbf": int(time.time()) + 3600}, signed),
    "of another issuer": ({"iss": "https://login.uni.example"}, signed), "without an issuer": ({"iss": None}, signed),
    "without a subject": ({"sub": None}, signed), "the subject is empty": ({"sub": ""}, signed),
    "the subject is a number": ({"sub": 4711}, signed),
    "the subject is long": ({"sub": "x" * 256}, signed),
    "unsigned": ({}, unsigned), "signed with the public key": ({}, by_public_key),
    "signed with the secret": ({}, lambda claims: by_shared(SECRET.encode(), claims)),
    "signed by another": ({}, lambda claims: signed(claims, key=OTHER_KEY)),
    "no token": ({}, lambda claims: None), "no token at all": ({}, lambda claims: "nonsense"),
    "another access token": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, signed),
    "address not checked": ({"email_verified": False}, signed), "nobody says whether": ({"email_verified": None}, signed),
    "something that is no yes": ({"email_verified": "false"}, signed), "no address": ({"email": None}, signed),
    "the address is a list": ({"email": ["aigul@uni.example"]}, signed),
    "address of elsewhere": ({"email": "aigul@elsewhere.example"}, signed),
    "address that looks like ours": ({"email": "a@notuni.example"}, signed),
    "address below ours": ({"email": "aigul@x.uni.example"}, signed),
    "two signs": ({"email": "aigul@uni.example@elsewhere.example"}, signed),
    "nobody here": ({"email": "unknown@uni.example"}, signed),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_opens_nothing(provider, person, browser, lie):
    claims, provider.sign = LIES[lie]
    answer = went(browser, provider, **claims)
    assert answer.status_code == 403
    assert "You are not signed in" in answer.content.decode()
    assert not is_in(browser)
    assert not Identity.objects.exists()
    assert User.objects.count() == 1, "nobody is made"


def test_the_honest_token_of_the_same_test_passes(provider, person, browser):
    """Otherwise the lies would be refused for another reason."""
    assert went(browser, provider, aud=["sheber"], azp="sheber").status_code == 302
    assert is_in(browser)


def test_the_way_back_is_open_once(provider, person, browser):
    back = BACK + provider.agreed(browser.post(START)["Location"])
    assert browser.get(back).status_code == 302
    asked = len(provider.tokens)
    assert browser.get(back).status_code == 403
    assert len(provider.tokens) == asked, "the code is not sent a second time"
    provider.sign = unsigned
    back = BACK + provider.agreed((other := Client()).post(START)["Location"])
    asked = len(provider.tokens)
    assert [other.get(back).status_code for _ in range(2)] == [403, 403]
    assert len(provider.tokens) == asked + 1, "nor after a refusal"


def test_the_way_back_of_another_browser_is_shut(provider, person, browser):
    """Somebody sends a link with a code of their own: nobody is signed in as them."""
    back = BACK + provider.agreed(browser.post(START)["Location"])
    victim = Client()
    assert victim.get(back).status_code == 403
    assert not is_in(victim)
    assert provider.tokens == []


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?state=x&code=y", "?error=access_denied", "?code=x&state=%00"])
def test_a_way_back_that_nobody_began(provider, browser, query):
    assert browser.get(BACK + query).status_code == 403


def test_the_provider_refuses(provider, person, browser):
    state = parse_qs(urlsplit(browser.post(START)["Location"]).query)["state"][0]
    answer = browser.get(f"{BACK}?error=access_denied&error_description=<b>x</b>&state={state}")
    assert answer.status_code == 403
    assert b"<b>x" not in answer.content
    assert browser.get(f"{BACK}?code=code-0&state={state}").status_code == 403, "the state went with the refusal"


def test_two_providers_are_not_mixed_up(provider, person, browser, settings):
    """What began at one provider does not end at another, and its answer names its issuer (RFC 9207)."""
    with lying_provider() as other:
        settings.OIDC_PROVIDERS = (provider.configured(), other.configured(key="other", domains=("other.example",), trusted=()))
        query = other.agreed(browser.post("/account/single/other/")["Location"])
        assert browser.get(BACK + query).status_code == 403
        assert provider.tokens == []
        query = provider.agreed(browser.post(START)["Location"])
        assert browser.get(f"{BACK}{query}&iss={other.issuer}").status_code == 403
        assert provider.tokens == []
        query = provider.agreed(browser.post(START)["Location"])
        assert browser.get(f"{BACK}{query}&iss={provider.issuer}").status_code == 302
        # The other provider speaks of the first one's person: it is another identity, and the address is not its to vouch for.
        stranger = Client()
        query = other.agreed(stranger.post("/account/single/other/")["Location"])
        assert stranger.get(f"/account/single/other/back/{query}").status_code == 403


def test_an_issuer_that_promises_its_name_keeps_it(provider, person, browser):
    provider.discovery = {"authorization_response_iss_parameter_supported": True}
    assert went(browser, provider).status_code == 403
    query = provider.agreed(browser.post(START)["Location"])
    assert browser.get(f"{BACK}{query}&iss={provider.issuer}").status_code == 302


def test_the_same_subject_with_another_address_is_the_same_person(provider, person, browser):
    went(browser, provider)
    browser.post("/people/sign-out/")
    make_user(email="married@uni.example")
    assert went(browser, provider, email="married@uni.example").status_code == 302
    assert int(browser.session["_auth_user_id"]) == person.pk
    assert Identity.objects.get().email == "married@uni.example"
    assert User.objects.get(pk=person.pk).email == "aigul@uni.example", "the address here is changed here"
    browser.post("/people/sign-out/")
    assert went(browser, provider, email="aigul@elsewhere.example").status_code == 403, "whoever left is not vouched for"


def test_the_same_address_with_another_subject_is_somebody_else(provider, person, browser):
    went(browser, provider)
    browser.post("/people/sign-out/")
    answer = went(browser, provider, sub="0815")
    assert answer.status_code == 403
    assert "Another account of this provider is linked already" in answer.content.decode()
    assert Identity.objects.get().subject == "4711"


def test_an_untrusted_provider_joins_nobody(provider, person, browser, settings):
    settings.OIDC_PROVIDERS = (provider.configured(trusted=()),)
    answers = [went(browser, provider, email=email) for email in ("aigul@uni.example", "unknown@uni.example")]
    pages = [answer.content.decode().split("<section class=\"empty\"")[1].split("csrf")[0] for answer in answers]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert pages[0] == pages[1], "nobody learns who has an account"


def test_a_closed_account_stays_shut(provider, person, browser):
    went(browser, provider)
    browser.post("/people/sign-out/")
    User.objects.filter(pk=person.pk).update(is_active=False)
    answer = went(browser, provider)
    assert answer.status_code == 403
    assert "closed" in answer.content.decode()
    assert not is_in(browser)
    assert AuditEntry.objects.get(verb="person.sign_in_failed").target_id == str(person.pk)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "/" + "x" * 2001])
def test_the_way_on_stays_here(provider, person, browser, target):
    assert went(browser, provider, target=target)["Location"] == "/"


def test_claims_may_come_by_userinfo_of_the_same_subject(provider, person, browser):
    provider.userinfo = {"sub": "somebody else", "email": "aigul@uni.example", "email_verified": True}
    assert went(browser, provider, email=None, email_verified=None).status_code == 403
    provider.userinfo["sub"] = "4711"
    assert went(browser, provider).status_code == 302


def test_a_provider_that_is_gone_has_a_page(provider, person, browser, monkeypatch):
    """It is down, slow, moved, or calls itself something else: the page says so, and nothing waits long."""
    def page():
        provider_client._apps.clear()
        answer = browser.post(START)
        assert answer.status_code == 503
        assert "The University does not answer" in answer.content.decode()
    for discovery in ({"issuer": "https://login.uni.example"}, {"token_endpoint": "http://uni.example/token"}, {"jwks_uri": None},
                      {"authorization_endpoint": "http://127.0.0.1:9/authorize"}, {"token_endpoint": "https://user@uni.example/"}):
        provider.discovery = discovery
        page()
    provider.discovery, provider.redirect = {}, "http://127.0.0.1:9/"
    page()
    provider.redirect, provider.delay_s = "", 5.0
    monkeypatch.setattr(provider_client, "TIMEOUT_S", (0.2, 0.2))
    began = time.monotonic()
    page()
    assert time.monotonic() - began < 3
    began = time.monotonic()
    assert browser.post(START).status_code == 503
    assert time.monotonic() - began < 0.2, "it is not waited for again at once"
    provider.delay_s = 0.0
    provider_client._apps.clear()
    assert browser.post(START).status_code == 302
    provider.delay_s = 5.0
    assert browser.get(BACK + provider.agreed(browser.post(START)["Location"])).status_code == 503
    assert not is_in(browser)


def test_browsers_keep_few_ways_begun(provider, browser):
    for _ in range(12):
        browser.post(START)
    assert sum(key.startswith("_state_") for key, _value in browser.session.items()) <= provider_client.MOST_WAITING


def test_a_session_put_there_by_another_is_not_taken_on(provider, person, browser):
    browser.get("/people/sign-in/")
    begun = browser.post(START)["Location"]
    before = browser.session.session_key
    browser.get(BACK + provider.agreed(begun))
    assert browser.session.session_key != before


def test_nobody_begins_for_others(provider, browser):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(START).status_code == 403
    assert browser.get(START).status_code == 405
    assert browser.post("/account/single/unknown/").status_code == 404


def test_with_single_sign_on_alone_there_is_no_password(provider, person, browser, settings):
    settings.PASSWORD_SIGN_IN = False
    page = browser.get("/people/sign-in/").content.decode()
    assert 'name="password"' not in page
    assert "Sign in with The University" in page
    assert browser.post("/people/sign-in/", {"email": person.email, "password": PASSWORD}).status_code == 404
    assert browser.get("/account/forgotten/").status_code == 404
    assert went(browser, provider).status_code == 302
    assert "/account/password/" not in browser.get("/people/account/").content.decode()
    assert browser.get("/account/password/").status_code == 404


def test_an_invitation_is_taken_up_without_a_password(provider, browser, settings):
    from sheber.spine.people import services
    from sheber.spine.people.services import Guest

    place = make_organisation()
    sent = services.invitations_create(actor=None, guests=[Guest("new@uni.example", {"en": "New Person"})], role="student",
                                       organisation_id=place.pk, address="http://testserver/people/invitation/")[0]
    assert went(browser, provider, email="new@uni.example").status_code == 403, "signing in makes nobody"
    browser.get(f"/people/invitation/{sent.token}/")
    assert "Sign in with The University" in browser.get("/people/invitation/").content.decode()
    assert went(browser, provider, target="/people/invitation/", email="other@uni.example").status_code == 403
    assert not User.objects.exists()
    assert went(browser, provider, target="/people/invitation/", email="new@uni.example")["Location"] == "/people/account/"
    made = User.objects.get()
    assert (made.email, made.has_usable_password(), made.roles.get().role) == ("new@uni.example", False, "student")
    assert str(made.name) == "New Person"
    assert is_in(browser)
