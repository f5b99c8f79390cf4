"""Sessions: listed, ended one by one, and over by themselves."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from sheber.spine.accounts import services
from sheber.spine.accounts.models import Attempts, FamiliarAddress, SignedSession
from sheber.spine.accounts.rules.devices import device_of, shortened
from sheber.spine.accounts.services.sessions import BEGAN, SEEN
from sheber.spine.audit.models import AuditEntry
from sheber.spine.people.tests.factories import PASSWORD, make_user

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
         "Mobile/15E148 Safari/604.1")
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"


@pytest.mark.parametrize(("text", "expected"), [
    (FIREFOX, ("Firefox", "Linux")), (PHONE, ("Safari", "iPhone")), (EDGE, ("Edge", "Windows")), ("", ("", "")), ("curl/8", ("", "")),
    ("Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
     ("Chrome", "Android")),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
     ("Safari", "macOS"))])
def test_devices(text, expected):
    assert device_of(text) == expected


@pytest.mark.parametrize(("address", "expected"), [
    ("198.51.100.77", "198.51.100.…"), ("2001:db8:1:2:3::4", "2001:db8:1:…"), ("::ffff:198.51.100.77", "198.51.100.…"), ("", ""),
    ("nonsense", "")])
def test_addresses_are_shortened(address, expected):
    assert shortened(address) == expected


@pytest.fixture
def person(db):
    return make_user(email="known@example.invalid", password=PASSWORD)


def signed(agent=FIREFOX, ip="198.51.100.77"):
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=ip)
    client.cookies["sheber_language"] = "en"
    assert client.post("/people/sign-in/", {"email": "known@example.invalid", "password": PASSWORD}).status_code == 302
    return client


def is_in(client):
    return client.get("/people/account/").status_code == 200


def put_back(client, name, **by):
    session = client.session
    session[name] -= dt.timedelta(**by).total_seconds()
    session.save()


def test_the_list_tells_devices_and_no_whole_address(person):
    here, _there = signed(), signed(PHONE, "203.0.113.5")
    signed_by_another = make_user(password=PASSWORD)
    Client().force_login(signed_by_another)
    text = here.get("/account/sessions/").content.decode()
    assert "Firefox on Linux" in text
    assert "Safari on iPhone" in text
    assert "203.0.113.…" in text
    assert "203.0.113.5" not in text
    assert text.count("last used") == 2
    assert not any("77" in row.network for row in SignedSession.objects.all())


def test_one_is_ended_and_the_rest_go_on(person):
    here, there, third = signed(), signed(PHONE), signed(EDGE)
    row = SignedSession.objects.get(system="iPhone")
    assert here.post(f"/account/sessions/{row.pk}/end/").status_code == 302
    assert not is_in(there)
    assert is_in(here)
    assert is_in(third)
    assert AuditEntry.objects.filter(verb="person.session_ended", actor=person).count() == 1
    assert not Session.objects.filter(session_key=row.key).exists()


def test_nobody_ends_a_session_of_another(person):
    here, other = signed(), Client()
    other.force_login(make_user())
    row = SignedSession.objects.get(person=person)
    assert other.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert is_in(here)


def test_sessions_that_ended_otherwise_are_not_listed(person):
    here, there = signed(), signed(PHONE)
    signed(EDGE).post("/people/sign-out/")
    assert here.get("/account/sessions/").content.decode().count("last used") == 2
    here.post("/account/sessions/end/")
    assert here.get("/account/sessions/").content.decode().count("last used") == 1
    here.post("/account/password/", {"old": PASSWORD, "new": "another long password 7", "again": "another long password 7"})
    assert here.get("/account/sessions/").content.decode().count("last used") == 1
    assert not is_in(there)


def test_left_alone_it_ends(person, settings):
    here, there = signed(), signed()
    put_back(here, SEEN, hours=settings.SESSION_IDLE_HOURS, seconds=5)
    put_back(there, SEEN, hours=settings.SESSION_IDLE_HOURS, seconds=-60)
    assert not is_in(here)
    assert is_in(there)
    assert SignedSession.objects.count() == 1


def test_use_does_not_keep_it_for_ever(person, settings):
    here, there = signed(), signed()
    put_back(here, BEGAN, days=settings.SESSION_DAYS, seconds=5)
    put_back(there, BEGAN, days=settings.SESSION_DAYS, seconds=-60)
    assert not is_in(here)
    assert is_in(there)


def test_written_at_most_once_a_minute(person, django_assert_num_queries):
    here = signed()
    is_in(here)
    before = SignedSession.objects.get().last_at
    put_back(here, SEEN, seconds=59)
    is_in(here)
    assert SignedSession.objects.get().last_at == before
    put_back(here, SEEN, seconds=3)
    is_in(here)
    assert SignedSession.objects.get().last_at > before


def test_a_session_from_before_is_taken_in(person):
    here = signed()
    session = here.session
    for name in (BEGAN, SEEN, "accounts_session"):
        del session[name]
    session.save()
    SignedSession.objects.all().delete()
    assert is_in(here)
    assert SignedSession.objects.get().browser == "Firefox"


def test_what_is_old_is_forgotten_and_nothing_else(person):
    here, now = signed(), timezone.now()
    Attempts.objects.all().delete()
    FamiliarAddress.objects.all().delete()
    for key, age in (("old", dt.timedelta(days=3)), ("young", dt.timedelta(hours=30))):
        Attempts.objects.create(key=key, last_at=now - age)
    for key, age in (("old", dt.timedelta(days=91)), ("young", dt.timedelta(days=89))):
        FamiliarAddress.objects.create(key=key, last_at=now - age)
    SignedSession.objects.create(person=person, key="old", stamp="", first_at=now, last_at=now - dt.timedelta(days=3))
    assert services.forget_old() == (2, 1)
    assert [*Attempts.objects.values_list("key", flat=True), *FamiliarAddress.objects.values_list("key", flat=True)] == ["young"] * 2
    assert is_in(here)
    assert SignedSession.objects.count() == 1


def test_the_schedule_forgets_every_day(db):
    from sheber.spine.jobs.registry import handlers

    Attempts.objects.create(key="old", last_at=timezone.now() - dt.timedelta(days=3))
    daily = handlers()["accounts.tidy"]
    assert daily.every == dt.timedelta(days=1)
    assert daily.run(None) == {"attempts": 1, "sessions": 0}
    assert daily.run(None) == {"attempts": 0, "sessions": 0}
