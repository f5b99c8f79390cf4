"""Long passwords, of any letters, whole."""

import pytest
from django.test import Client

from sheber.spine.people.tests.factories import PASSWORD, make_user

EMAIL = "known@example.invalid"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def real_hashes(settings, monkeypatch):
    """The kind that is used, made quick: how long it takes has nothing to do with what it takes in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr("django.contrib.auth.hashers.PBKDF2PasswordHasher.iterations", 1000)


def tried(password: str) -> int:
    return Client().post("/people/sign-in/", {"email": EMAIL, "password": password}).status_code


@pytest.mark.parametrize("password", ["q7" * 32, "w8" * 64, "ә9" * 64, "шебер ұсталық қолөнер", "工匠与工程师的共同记录本",
                                      "🔧🔩🪛⚙️🧰🔨🪚🧲📐📏🔋💡", "  a b  c d e f  ",
                                      "naïve café déjà"], ids=["64", "128", "128-kk", "kk", "zh", "signs", "blanks", "accents"])
def test_it_passes_whole_and_none_shorter_opens(password):
    person = make_user(email=EMAIL, password=PASSWORD)
    client = Client()
    client.force_login(person)
    assert client.post("/account/password/", {"old": PASSWORD, "new": password, "again": password}).status_code == 302
    assert tried(password) == 302
    assert [tried(password[:-1]), tried(password + "x"), tried(password[:-1] + "x")] == [422, 422, 422]


def test_over_a_thousand_signs_is_refused_and_not_cut():
    person = make_user(email=EMAIL, password=PASSWORD)
    client = Client()
    client.force_login(person)
    long = "q7" * 513
    assert client.post("/account/password/", {"old": PASSWORD, "new": long, "again": long}).status_code == 422
    assert tried(PASSWORD) == 302
