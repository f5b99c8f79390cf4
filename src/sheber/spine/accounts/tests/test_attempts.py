"""Attempts to sign in, as an attacker makes them."""

import datetime as dt
from unittest import mock

import pytest
from django.contrib.auth.hashers import BasePasswordHasher, MD5PasswordHasher
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from sheber.spine.accounts import services
from sheber.spine.accounts.models import Attempts
from sheber.spine.accounts.rules.delays import ACCOUNT, ADDRESS, PAIR
from sheber.spine.audit.models import AuditEntry
from sheber.spine.people.tests.factories import PASSWORD, make_user

URL = "/people/sign-in/"
EMAIL = "known@example.invalid"


@given(st.sampled_from([PAIR, ACCOUNT, ADDRESS]), st.integers(0, 10**9))
def test_a_wait_grows_and_is_never_for_good(delay, failures):
    assert delay.after(failures) <= delay.after(failures + 1) <= dt.timedelta(seconds=delay.longest_s) <= dt.timedelta(minutes=15)


@pytest.fixture
def person(db):
    return make_user(email=EMAIL, password=PASSWORD)


def attempt(client, *, email=EMAIL, password="wrong password", ip="198.51.100.1"):
    return client.post(URL, {"email": email, "password": password}, REMOTE_ADDR=ip)


def is_in(answer):
    return answer.status_code == 302


def held(answer):
    return answer.status_code == 422 and answer.context["form"].has_error("__all__", "held")


def later(**by):
    """Time passes: what is remembered is moved into the past."""
    for row in Attempts.objects.all():
        row.last_at -= dt.timedelta(**by)
        row.held_until = row.held_until and row.held_until - dt.timedelta(**by)
        row.save()


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["sheber_language"] = "en"


def test_guessing_is_held_and_the_right_password_waits_too(client, person):
    answers = [attempt(client) for _ in range(6)]
    assert [held(answer) for answer in answers] == [False] * 5 + [True]
    assert held(attempt(client, password=PASSWORD))
    later(seconds=31)
    assert is_in(attempt(client, password=PASSWORD))


def test_the_wait_doubles(client, person):
    for _ in range(5):
        attempt(client)
    later(seconds=31)
    assert not held(attempt(client))
    later(seconds=31)
    assert held(attempt(client))
    later(seconds=30)
    assert not held(attempt(client))


def test_known_and_unknown_accounts_cannot_be_told_apart(client, person):
    def hashed(email):
        """Texts of the answers, and how many passwords were hashed for each."""
        seen = []
        for _ in range(7):
            with mock.patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as encode:
                answer = attempt(client, email=email, ip="198.51.100.1" if email == EMAIL else "198.51.100.2")
            seen.append((answer.status_code, str(answer.context["form"].errors), encode.call_count))
        return seen

    known = hashed(EMAIL)
    assert known == hashed("nobody@example.invalid")
    assert [count for *_more, count in known] == [1] * 5 + [0] * 2
    assert issubclass(MD5PasswordHasher, BasePasswordHasher)


def test_an_attacker_elsewhere_does_not_keep_the_owner_out(client, person):
    assert is_in(attempt(client, password=PASSWORD, ip="203.0.113.9"))
    client.logout()
    for number in range(40):
        attempt(client, ip=f"198.51.100.{number}")
    assert is_in(attempt(client, password=PASSWORD, ip="203.0.113.9"))


def test_an_attacker_with_many_addresses_is_slowed_and_an_unfamiliar_owner_waits_a_minute_at_most(client, person):
    for number in range(40):
        attempt(client, ip=f"198.51.100.{number}")
    assert held(attempt(client, ip="192.0.2.1"))
    later(seconds=61)
    assert is_in(attempt(client, password=PASSWORD, ip="192.0.2.2"))


def test_one_address_that_tries_many_accounts_is_held(client, person):
    for number in range(50):
        assert not held(attempt(client, email=f"nobody{number}@example.invalid"))
    assert held(attempt(client, email="another@example.invalid"))
    assert not held(attempt(client, ip="192.0.2.1"))


def test_ones_own_account_does_not_wash_away_guesses_at_others(client, person, monkeypatch):
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)     # the first wait is half a minute, and a slow machine takes longer
    for number in range(50):
        attempt(client, email=f"nobody{number}@example.invalid")
        if number % 10 == 0:
            attempt(client, password=PASSWORD)
            client.logout()
    assert held(attempt(client, email="another@example.invalid"))


def test_counting_comes_before_looking(person):
    """Many at the same moment: all are begun before any is answered, and no more than five pass."""
    begun = [services.attempt_begin(email=EMAIL, ip="198.51.100.1") for _ in range(20)]
    assert sum(one.held_until is None for one in begun) == 5


def test_neighbours_in_an_ipv6_network_are_one_address(client, person):
    for number in range(5):
        attempt(client, ip=f"2001:db8::{number + 1}")
    assert held(attempt(client, ip="2001:db8::ffff"))


def test_the_record_tells_and_keeps_no_unknown_address(client, person):
    for _ in range(5):
        attempt(client)
    attempt(client, email="my-secret-typed@example.invalid", ip="192.0.2.1")
    entries = AuditEntry.objects.filter(verb__in=["person.sign_in_failed", "person.sign_in_held"])
    assert entries.filter(verb="person.sign_in_failed", target_id=str(person.pk)).count() == 5
    assert entries.filter(verb="person.sign_in_held", target_id=str(person.pk)).count() == 1
    assert entries.filter(target_id="unknown").count() == 1
    assert not any("my-secret" in f"{row.after}{row.before}{row.target_id}{row.reason}" for row in entries)
    assert not any(EMAIL in key for key in Attempts.objects.values_list("key", flat=True))
    assert all(row.last_at <= timezone.now() for row in Attempts.objects.all())
