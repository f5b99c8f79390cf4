"""Accounts at providers: the second step, linking and unlinking, confirming there."""

import json
import time

import pytest
from django.test import Client

from sheber.spine.accounts import provider_client
from sheber.spine.accounts.confirming import FIELD
from sheber.spine.accounts.models import Identity
from sheber.spine.accounts.rules import totp
from sheber.spine.accounts.rules.providers import read_providers
from sheber.spine.accounts.services import second_step_start
from sheber.spine.accounts.waiting import CONFIRMED
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.models import User
from sheber.spine.people.tests.factories import PASSWORD, make_user

from .provider import lying_provider

BACK = "/account/single/uni/back/"


@pytest.fixture
def provider(settings):
    with lying_provider() as lying:
        settings.OIDC_PROVIDERS = (lying.configured(),)
        yield lying
        provider_client._apps.clear()


@pytest.fixture
def person(db):
    return make_user(email="aigul@uni.example", password=PASSWORD)


@pytest.fixture
def browser(db):
    client = Client()
    client.cookies["sheber_language"] = "en"
    return client


def is_in(client):
    return client.get("/people/account/").status_code == 200


def went(client, provider, address="/account/single/uni/", **claims):
    begun = client.post(address)
    assert begun.status_code == 302, begun.content
    return client.get(BACK + provider.agreed(begun["Location"], **claims))


def with_step(person):
    secret = totp.new_secret()
    step = int(time.time() // totp.STEP_S)
    second_step_start(person_id=person.pk, secret=secret, code=totp.code_at(secret, step))
    return totp.code_at(secret, step + 1)


@pytest.mark.parametrize(("trusts", "claims", "asked"), [
    ({}, {"amr": ["otp"], "acr": "2"}, True), ({"amr": ("otp",)}, {"amr": ["pwd"]}, True), ({"amr": ("otp",)}, {"amr": ["otp-like"]}, True),
    ({"amr": ("otp",)}, {"amr": ["pwd", "otp"]}, False), ({"acr": ("2",)}, {"acr": "2"}, False), ({"acr": ("2",)}, {"acr": ["2"]}, True),
    ({"acr": ("2",)}, {}, True)])
def test_the_second_step_is_asked_for_unless_the_provider_is_believed(provider, person, browser, settings, trusts, claims, asked):
    settings.OIDC_PROVIDERS = (provider.configured(**trusts),)
    code = with_step(person)
    answer = went(browser, provider, **claims)
    assert is_in(browser) is not asked
    if asked:
        assert answer["Location"].startswith("/account/second-step/check/")
        assert browser.post("/account/second-step/check/", {"code": code}).status_code == 302
        assert is_in(browser)
    assert AuditEntry.objects.get(verb="person.signed_in").after["via"] == "uni"


@pytest.mark.parametrize("believed", [True, False])
def test_who_decides_needs_a_step_here_or_there(provider, person, browser, settings, believed):
    from sheber.spine.people.tests.factories import make_role

    settings.REQUIRE_SECOND_FACTOR = True
    settings.OIDC_PROVIDERS = (provider.configured(amr=("otp",) if believed else ()),)
    make_role(user=person, role="administrator", at=make_organisation())
    went(browser, provider, amr=["otp"])
    assert browser.get("/people/").status_code == (200 if believed else 302)


def test_a_link_is_made_by_the_person_with_the_password(provider, person, browser, settings):
    settings.OIDC_PROVIDERS = (provider.configured(trusted=()),)
    browser.force_login(person)
    session = browser.session
    session[CONFIRMED] = 0
    session.save()
    link = "/account/identities/uni/link/"
    assert browser.post(link).status_code == 403
    assert browser.post(link, {FIELD: "wrong"}).status_code == 422
    assert browser.post(link, {FIELD: PASSWORD}).status_code == 302
    answer = went(browser, provider, link, email="a.private.name@uni.example")
    assert answer["Location"] == "/account/identities/"
    page = browser.get("/account/identities/").content.decode()
    assert "a.private.name@uni.example" in page
    assert "The University" in page
    browser.post("/people/sign-out/")
    went(browser, provider)
    assert int(browser.session["_auth_user_id"]) == person.pk
    assert AuditEntry.objects.get(verb="identity.linked").actor_id == person.pk


def test_one_account_there_is_one_person_here(provider, person, browser):
    went(browser, provider)
    other, browser = make_user(email="other@uni.example"), Client()
    browser.force_login(other)
    assert went(browser, provider, "/account/identities/uni/link/").status_code == 403
    assert Identity.objects.get().person_id == person.pk


def test_who_signed_in_meanwhile_gets_no_link(provider, person, browser):
    browser.force_login(person)
    begun = browser.post("/account/identities/uni/link/")["Location"]
    session = browser.session
    waiting = {key: value for key, value in session.items() if key.startswith("_state_")}
    browser.logout()
    browser.force_login(make_user())
    session = browser.session
    session.update(waiting)
    session.save()
    assert browser.get(BACK + provider.agreed(begun)).status_code == 403
    assert not Identity.objects.exists()


def test_the_only_way_in_is_not_unlinked(provider, person, browser, settings):
    went(browser, provider)
    row = Identity.objects.get()
    address = f"/account/identities/{row.pk}/unlink/"
    settings.PASSWORD_SIGN_IN = False
    browser.post(address)
    assert Identity.objects.exists()
    settings.PASSWORD_SIGN_IN = True
    User.objects.filter(pk=person.pk).update(password="!")
    browser.force_login(User.objects.get(pk=person.pk))
    browser.post(address)
    assert Identity.objects.exists()
    User.objects.filter(pk=person.pk).update(password=person.password)
    stranger = Client()
    stranger.force_login(make_user(password=PASSWORD))
    assert stranger.post(address).status_code == 404
    browser.force_login(User.objects.get(pk=person.pk))
    assert browser.post(address).status_code == 302
    assert not Identity.objects.exists()
    assert AuditEntry.objects.filter(verb="identity.unlinked", actor=person).count() == 1


@pytest.mark.parametrize(("claims", "status"), [
    ({}, 200), ({"sub": "0815"}, 403), ({"auth_time": int(time.time()) - 3600}, 403), ({"auth_time": None}, 403),
    ({"auth_time": "now"}, 403)])
def test_somebody_without_a_password_confirms_at_the_provider(provider, person, browser, claims, status):
    """The provider asks anew, says when it did, and speaks of the same person; then the tab that waits goes on."""
    User.objects.filter(pk=person.pk).update(password="!")
    went(browser, provider)
    session = browser.session
    session[CONFIRMED] = 0
    session.save()
    page = browser.post("/integrations/tokens/new/", {"name": "kept"})
    assert page.status_code == 403
    assert "/account/single/uni/confirm/" in page.content.decode()
    begun = browser.post("/account/single/uni/confirm/")["Location"]
    assert "prompt=login" in begun
    assert "max_age=0" in begun
    assert browser.get(BACK + provider.agreed(begun, **claims)).status_code == status
    assert browser.post("/integrations/tokens/new/", {"name": "kept", FIELD: ""}).status_code == 422
    assert (browser.session[CONFIRMED] > 0) is (status == 200)


def test_an_old_session_at_the_provider_is_no_proof_of_the_moment(provider, person, browser):
    went(browser, provider, auth_time=int(time.time()) - 7200)
    assert browser.post("/integrations/tokens/new/", {"name": "x"}).status_code == 403
    went(other := Client(), provider, auth_time=int(time.time()))
    assert other.post("/integrations/tokens/new/", {"name": "x"}).status_code == 422


STATED = {"key": "uni", "name": {"kk": "Университет", "en": "University"}, "issuer": "https://login.uni.example", "client_id": "sheber",
          "domains": ["Uni.example"]}


def read(**more):
    return read_providers(json.dumps([{**STATED, **more}]), environ={"SECRET": "s3cret"})


def test_providers_are_read(tmp_path):
    file = tmp_path / "secret"
    file.write_text("of a file\n")
    one, = read(client_secret_file=str(file), trusted_domains=["uni.example"], second_step_amr=["otp"], origins=["https://sso.uni.example"])
    assert (one.client_secret, one.domains, one.trusted, one.amr) == ("of a file", ("uni.example",), ("uni.example",), ("otp",))
    assert one.origins == ("https://login.uni.example", "https://sso.uni.example")
    assert (one.name("kk"), one.name("ru")) == ("Университет", "Университет")
    assert read(client_secret_env="SECRET")[0].client_secret == "s3cret"
    assert "s3cret" not in repr(read(client_secret_env="SECRET"))
    assert read()[0].client_secret is None
    assert read_providers(" ", environ={}) == ()
    (tmp_path / "oidc.json").write_text('[]')
    assert read_providers(str(tmp_path / "oidc.json"), environ={}) == ()
    at_a_desk = json.dumps([{**STATED, "issuer": "http://127.0.0.1:1"}])
    assert read_providers(at_a_desk, environ={}, loopback=True)[0].issuer == "http://127.0.0.1:1"


@pytest.mark.parametrize(("more", "told"), [
    ({"key": "Uni/.."}, "key"), ({"issuer": "http://login.uni.example"}, "issuer"), ({"issuer": "http://127.0.0.1:9"}, "issuer"),
    ({"issuer": "https://u:p@uni.example"}, "issuer"), ({"client_id": ""}, "client_id"), ({"domains": []}, "domains"),
    ({"domains": ["@uni"]}, "@uni"), ({"domains": "uni.example"}, "list"), ({"trusted_domains": ["else.example"]}, "else.example"),
    ({"client_secret": "inline"}, "client_secret"), ({"client_secret_env": "NONE"}, "NONE"), ({"client_secret_file": "/none"}, "/none"),
    ({"client_secret_env": "SECRET", "client_secret_file": "x"}, "secret"), ({"scope": "openid"}, "scope"), ({"name": ""}, "name"),
    ({"name": {}}, "name"), ({"origins": ["https://a.example/path"]}, "origins"), ({"colour": 1}, "colour")])
def test_what_is_stated_wrongly_is_told(more, told):
    with pytest.raises(ValueError, match=r"uni|key|the file") as no:
        read(**more)
    assert told in str(no.value)


@pytest.mark.parametrize("text", ["[", "[1]", "/none", '[{"key": "a"}]'])
def test_what_cannot_be_read_is_told(text):
    with pytest.raises(ValueError, match=r"\w"):
        read_providers(text, environ={})


def test_two_of_a_kind_are_told():
    for second, told in ((STATED, "key"), ({**STATED, "key": "two"}, "issuer")):
        with pytest.raises(ValueError, match=told):
            read_providers(json.dumps([STATED, second]), environ={})


def test_who_looks_after_the_person_ends_the_links(provider, person, browser):
    from sheber.spine.organisations.tests.factories import make_root
    from sheber.spine.people.tests.factories import make_role

    make_root()
    place, elsewhere = make_organisation(), make_organisation()
    make_role(user=person, role="teacher", at=place)
    went(browser, provider)
    address = f"/account/identities/of/{person.pk}/end/"
    for role, at, status in (("teacher", place, 403), ("administrator", elsewhere, 403)):
        other = Client()
        other.force_login(make_user(role=role, at=at))
        assert other.post(address, {"reason": "so"}).status_code == status
    administrator = Client()
    administrator.force_login(make_user(role="administrator", at=place))
    assert administrator.get(address).status_code == 200
    assert administrator.post(address, {"reason": ""}).status_code == 422
    assert Identity.objects.exists()
    assert administrator.post(address, {"reason": "made anew there"}).status_code == 302
    assert not Identity.objects.exists()
    assert not is_in(browser), "the session ends too"
    assert AuditEntry.objects.get(verb="identity.ended").scope_path == place.path
    assert administrator.post(address, {"reason": "again"}).status_code == 409
    assert went(browser, provider, sub="0815").status_code == 302, "who was made anew there comes in again"
