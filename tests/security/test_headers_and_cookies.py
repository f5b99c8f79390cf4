"""What every answer says to the browser, address by address of the resolver."""

import os
import subprocess
import sys
from http.cookies import SimpleCookie

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from sheber.spine.organisations.tests.factories import make_root
from sheber.spine.people.tests.factories import PASSWORD, make_user
from tests.access.addresses import Address, addresses
from tests.access.world import make_world, sample

WANTED = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
          "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}


def flaws(answer, *, signed_in: bool) -> list[str]:
    """Headers that are missing or say something else; empty when all is well."""
    wrong = [name for name, value in WANTED.items() if answer.get(name) != value]
    if answer.get("Referrer-Policy") not in {"same-origin", "no-referrer"}:
        wrong.append("Referrer-Policy")
    policy = {part.split()[0]: part.split()[1:] for part in answer.get("Content-Security-Policy", "").split(";") if part.strip()}
    scripts = policy.get("script-src", policy.get("default-src", ["*"]))
    if {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "data:"} & set(scripts):
        wrong.append("script-src")
    wrong += [name for name, value in {"object-src": ["'none'"], "base-uri": ["'self'"], "frame-ancestors": ["'none'"],
                                       "form-action": ["'self'"]}.items() if policy.get(name) != value]
    wrong += [f"Permissions-Policy {name}" for name in ("camera", "geolocation", "microphone", "payment")
              if f"{name}=()" not in answer.get("Permissions-Policy", "")]
    if signed_in and "no-store" not in answer.get("Cache-Control", ""):
        wrong.append("Cache-Control")
    return wrong


def opened(client: Client, world, address: Address):
    return client.get(reverse(address.name, kwargs=sample(world, "own", address)))


@pytest.mark.django_db
def test_every_answer_has_its_headers(client):
    """Pages, files and the API, for a stranger (mostly a redirect or 401) and for an administrator of the nation."""
    world = make_world()
    administrator = make_user(role="administrator", at=make_root())
    wrong = {}
    for address in addresses():
        if found := flaws(opened(Client(), world, address), signed_in=False):
            wrong["stranger", address.name] = found
        client.force_login(administrator)
        if found := flaws(opened(client, world, address), signed_in=True):
            wrong["administrator", address.name] = found
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/no/such/page", "/api/v1/no-such-operation", "/people/sign-in/?next=%00"])
def test_refusals_have_them_too(client, path):
    assert flaws(client.get(path), signed_in=False) == []


def test_a_refused_host_is_sheltered_too(client):
    answer = client.get("/people/sign-in/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"evil.example" not in answer.content


@pytest.mark.django_db
def test_cookies_of_a_session(client):
    make_user(email="a@example.invalid", password=PASSWORD)
    answer = client.post(reverse("people:sign_in"), {"email": "a@example.invalid", "password": PASSWORD})
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["domain"] == ""
    assert cookie["path"] == "/"


@pytest.mark.django_db
def test_a_session_put_there_by_another_is_not_taken_on(client):
    """Fixation: neither a made-up key nor one that the server gave to a stranger is the key after sign-in."""
    make_user(email="a@example.invalid", password=PASSWORD)
    client.cookies[settings.SESSION_COOKIE_NAME] = "planted0planted0planted0planted0"
    answer = client.post(reverse("people:sign_in"), {"email": "a@example.invalid", "password": PASSWORD})
    assert answer.cookies[settings.SESSION_COOKIE_NAME].value != "planted0planted0planted0planted0"
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = "planted0planted0planted0planted0"
    assert thief.get(reverse("people:account")).status_code == 302


@pytest.mark.django_db
def test_after_signing_out_the_old_cookie_opens_nothing(client):
    make_user(email="a@example.invalid", password=PASSWORD)
    client.post(reverse("people:sign_in"), {"email": "a@example.invalid", "password": PASSWORD})
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get(reverse("people:account")).status_code == 200
    answer = client.post(reverse("people:sign_out"))
    assert answer.cookies[settings.SESSION_COOKIE_NAME].value == ""
    thief = Client()
    thief.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: kept})
    assert thief.get(reverse("people:account")).status_code == 302


def test_production_speaks_tls_only(tmp_path):
    """The real settings in a process of their own: redirect, HSTS, cookies; and no demonstration."""
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings as s\n"
        "from django.test import RequestFactory\n"
        "from django.http import HttpResponse\n"
        "from django.middleware.security import SecurityMiddleware\n"
        "say = SecurityMiddleware(lambda request: HttpResponse())\n"
        "plain, tls = say(RequestFactory().get('/', headers={'host': 'localhost'})), "
        "say(RequestFactory().get('/', secure=True, headers={'host': 'localhost'}))\n"
        "print(plain.status_code, plain['Location'].split(':')[0], tls['Strict-Transport-Security'],"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.DEBUG, s.REQUIRE_SECOND_FACTOR, len(s.SECRET_KEY) >= 50,"
        " s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_PATH, s.SESSION_COOKIE_DOMAIN, s.SAMPLES, sep='|')\n")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SHEBER_", "DJANGO_"))}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False,
                         env=clean | {"DJANGO_SETTINGS_MODULE": "sheber.site.settings.prod", "SHEBER_VAR": str(tmp_path)})
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == ("301|https|max-age=31536000; includeSubDomains|True|True|False|True|True"
                                  "|__Host-sheber_session|__Host-sheber_csrf|/|None|False")
