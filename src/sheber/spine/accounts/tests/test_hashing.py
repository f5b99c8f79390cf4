"""How passwords are kept: a slow salted hash, with a key of the installation where the operator gives one."""

import os
import subprocess
import sys

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, identify_hasher, make_password
from django.test import Client

from sheber.kit.templatetags.sheber import PASSWORD_LEAST
from sheber.spine.accounts.hashing import KeyedHasher
from sheber.spine.people.models import User
from sheber.spine.people.tests.factories import PASSWORD, make_user

KEYED, PLAIN = "sheber.spine.accounts.hashing.KeyedHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"
FIRST, SECOND = "first-key-of-thirty-two-signs-or-more", "second-key-of-thirty-two-signs-or-more"
OWASP_ITERATIONS = 600_000
"""PBKDF2 with HMAC-SHA256, OWASP Password Storage Cheat Sheet."""


@pytest.fixture
def quick(settings, monkeypatch):
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1000)
    settings.PASSWORD_HASHERS, settings.PASSWORD_KEYS = [KEYED, PLAIN], [FIRST]
    return settings


def test_the_cost_is_enough_and_every_salt_another(settings):
    settings.PASSWORD_HASHERS = [PLAIN]
    first, second = make_password(PASSWORD), make_password(PASSWORD)
    algorithm, iterations, salt, _hash = first.split("$")
    assert algorithm == "pbkdf2_sha256"
    assert int(iterations) >= OWASP_ITERATIONS
    assert len(salt) >= 22                      # letters and digits: 128 bits
    assert salt != second.split("$")[2]
    assert KeyedHasher.iterations >= OWASP_ITERATIONS


def test_without_the_key_the_right_password_is_of_no_use(quick):
    kept = make_password(PASSWORD)
    assert identify_hasher(kept).algorithm == "pbkdf2_sha256_keyed"
    assert FIRST not in kept
    assert check_password(PASSWORD, kept)
    assert not check_password(PASSWORD + "x", kept)
    for keys in ([SECOND], []):
        quick.PASSWORD_KEYS = keys
        assert not check_password(PASSWORD, kept)
    # It is the key and not the name that shuts: the same hash read as a plain one opens nothing either.
    assert not check_password(PASSWORD, kept.replace("pbkdf2_sha256_keyed", "pbkdf2_sha256"))


def test_a_new_key_in_front_takes_over_and_the_earlier_one_still_opens(quick):
    kept = make_password(PASSWORD)
    quick.PASSWORD_KEYS = [SECOND, FIRST]
    assert check_password(PASSWORD, kept)
    newer = make_password(PASSWORD)
    quick.PASSWORD_KEYS = [SECOND]
    assert check_password(PASSWORD, newer)
    assert not check_password(PASSWORD, kept)


@pytest.mark.django_db
def test_a_plain_hash_is_made_anew_with_the_key_at_the_next_sign_in(quick):
    quick.PASSWORD_HASHERS, quick.PASSWORD_KEYS = [PLAIN, KEYED], []
    person = make_user(email="known@example.invalid", password=PASSWORD)
    assert person.password.startswith("pbkdf2_sha256$")
    quick.PASSWORD_HASHERS, quick.PASSWORD_KEYS = [KEYED, PLAIN], [FIRST]
    assert Client().post("/people/sign-in/", {"email": "known@example.invalid", "password": PASSWORD}).status_code == 302
    assert User.objects.get(pk=person.pk).password.startswith("pbkdf2_sha256_keyed$")
    assert Client().post("/people/sign-in/", {"email": "known@example.invalid", "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize(("keys", "told"), [("", "pbkdf2_sha256"), (FIRST, "pbkdf2_sha256_keyed"), ("short", "ImproperlyConfigured")])
def test_the_settings_choose(tmp_path, keys, told):
    script = ("import django; django.setup()\nfrom django.contrib.auth.hashers import get_hasher\nprint(get_hasher().algorithm)")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SHEBER_", "DJANGO_"))}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False, env=clean | {
        "DJANGO_SETTINGS_MODULE": "sheber.site.settings.prod", "SHEBER_VAR": str(tmp_path), "SHEBER_PASSWORD_KEYS": keys})
    assert told in (run.stdout.split() or [run.stderr])[0]


def test_the_page_and_the_rule_ask_for_the_same_length(settings):
    least = [one["OPTIONS"]["min_length"] for one in settings.AUTH_PASSWORD_VALIDATORS if "MinimumLength" in one["NAME"]]
    assert least == [PASSWORD_LEAST]
