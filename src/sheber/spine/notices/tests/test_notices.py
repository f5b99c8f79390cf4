"""Telling people: in the product, by letters at once and by digests, as each of them chose."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.notices import services, types
from sheber.spine.notices.models import Choice, Habit, Letter, Notice
from sheber.spine.notices.rules.mornings import digest_day
from sheber.spine.notices.rules.sealing import unseal
from sheber.spine.notices.rules.wording import sentence_of
from sheber.spine.notices.services import Ways
from sheber.spine.people.tests.factories import make_user

ALMATY = ZoneInfo("Asia/Almaty")
NIGHT = dt.datetime(2026, 3, 2, 22, 0, tzinfo=dt.UTC)              # Tuesday, 3 March, 03:00 there


@pytest.fixture(autouse=True)
def stated():
    """Types for the time of the test."""
    types.register("test.plain", title="Plain", explanation="Sometimes.", sentence="%(who)s did %(what)s on %(day)s.", letters="daily")
    types.register("test.quick", title="Quick", sentence="Quick.", letters="at_once")
    types.register("test.weekly", title="Weekly", sentence="Weekly.", letters="weekly")
    types.register("test.guarded", title="Guarded", sentence="Guarded.", mandatory=True)
    yield
    for code in ("test.plain", "test.quick", "test.weekly", "test.guarded"):
        types.forget(code)


@pytest.fixture
def clock(monkeypatch):
    """``clock(moment)`` sets the time of the product."""
    def to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
    to(NIGHT)
    return to


def bodies():
    return [unseal(one.sealed)["body"] for one in Letter.objects.order_by("id")]


def test_words_are_those_of_the_reader():
    params = {"who": {"kk": "Айгүл", "ru": "Айгуль", "en": "Aigul"}, "what": 12000, "day": {"date": "2026-12-01"}}
    with translation.override("en"):
        assert sentence_of("%(who)s did %(what)s on %(day)s.", params) == "Aigul did 12,000 on 1 Dec 2026."
    with translation.override("ru"):
        assert sentence_of("%(who)s: %(day)s", params) == "Айгуль: 1 декабря 2026 г."
        assert sentence_of("%(who)s: %(missing)s", params) == "Айгуль: –", "an old notice never breaks a page"


@pytest.mark.django_db
def test_each_is_told_as_they_chose(settings):
    settings.PUBLIC_URL = "https://sheber.example"
    quick, daily, silent, gone = (make_user(language="en") for _ in range(4))
    gone.is_active = False
    gone.save()
    services.choices_set(person_id=daily.pk, choices={"test.quick": Ways(True, "daily")})
    services.choices_set(person_id=silent.pk, choices={"test.quick": Ways(False, "never")})
    assert services.notify([quick, daily.pk, silent, gone], "test.quick", link="/jobs/1/") == 3
    assert set(Notice.objects.values_list("person", "is_shown", "digest")) == {(quick.pk, True, ""), (daily.pk, True, "daily")}
    assert list(Letter.objects.values_list("person", "email", "is_bulk")) == [(quick.pk, quick.email, False)]
    assert bodies() == ["Quick.\n\nQuick.\n\nOpen it: https://sheber.example/jobs/1/"]


@pytest.mark.django_db
def test_what_guards_the_account_goes_always():
    person = make_user(language="en")
    with pytest.raises(DomainError):
        services.choices_set(person_id=person.pk, choices={"test.guarded": Ways(True, "never")})
    Choice.objects.create(person=person, type="test.guarded", is_shown=False, letters="never")     # by whatever way it came there
    services.notify(person, "test.guarded", email="old@example.invalid")
    assert list(Letter.objects.values_list("email", flat=True)) == ["old@example.invalid"], "to the address that was"
    assert Notice.objects.filter(person=person, is_shown=True).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("given", "error"), [
    ({"type": "test.unknown"}, "states"), ({"type": "people.invitation"}, "states"), ({"link": "https://evil.example/"}, "no path"),
    ({"link": "//evil.example/"}, "no path"), ({"link": "/\\evil.example"}, "no path")])
def test_what_cannot_be_told(given, error):
    person = make_user()
    with pytest.raises(ValueError, match=error):
        services.notify(person, **{"type": "test.quick"} | given)
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_told_once_under_a_key():
    one, other = make_user(), make_user()
    for _ in range(3):
        services.notify([one, other], "test.quick", once="role/1/2026-12-01")
    assert (Notice.objects.count(), Letter.objects.count()) == (2, 2)


@pytest.mark.django_db
def test_no_mail_server_no_letters_and_no_digests_for_ever(settings, clock):
    settings.MAIL_CONFIGURED = False
    person = make_user()
    for code in ("test.plain", "test.quick", "test.guarded"):
        services.notify(person, code)
    assert (Notice.objects.count(), Notice.objects.exclude(digest="").count(), Letter.objects.count()) == (3, 0, 0)


@pytest.mark.django_db
def test_the_digest_of_a_morning(clock, settings):
    settings.PUBLIC_URL = "https://sheber.example"
    person, idle = make_user(language="en"), make_user()
    services.notify(person, "test.plain", {"who": "Aigul", "what": 3, "day": {"date": "2026-03-02"}}, link="/a/")
    services.notify(person, "test.plain", {"who": "Bolat", "what": 4, "day": {"date": "2026-03-02"}})
    services.notify(idle, "test.quick")
    assert services.digests_write() == 0, "it is night"
    clock(NIGHT + dt.timedelta(hours=4, minutes=1))
    assert [services.digests_write() for _ in range(3)] == [1, 0, 0]
    letter = Letter.objects.get(type="notices.digest")
    assert (letter.person_id, letter.is_bulk) == (person.pk, True)
    body = unseal(letter.sealed)["body"]
    assert body.startswith("2 notices since the last letter.\n\nPlain (2)\n- 3 Mar 2026: Bolat did 4")
    assert "https://sheber.example/a/" in body
    assert body.endswith("All notices: https://sheber.example/notices/")
    assert not Notice.objects.exclude(digest="").exists()


@pytest.mark.django_db
def test_no_second_digest_when_the_clock_steps_back(clock):
    person = make_user()
    morning = NIGHT + dt.timedelta(hours=4, minutes=1)
    services.notify(person, "test.plain")
    clock(morning)
    assert services.digests_write() == 1
    clock(NIGHT)                                                    # five hours back, and something happens again
    services.notify(person, "test.plain")
    clock(morning)
    assert services.digests_write() == 0
    clock(morning + dt.timedelta(days=1))
    assert services.digests_write() == 1
    clock(morning + dt.timedelta(days=400))                         # a clock that ran ahead for a while
    services.notify(person, "test.plain")
    clock(morning + dt.timedelta(days=401))
    assert services.digests_write() == 1
    clock(morning + dt.timedelta(days=2))
    services.notify(person, "test.plain")
    clock(morning + dt.timedelta(days=3))
    assert services.digests_write() == 1, "the person is not silent for a year"


@pytest.mark.django_db
def test_the_week_ends_on_monday_and_the_zone_is_the_persons(clock):
    here, abroad = make_user(), make_user()
    services.choices_set(person_id=abroad.pk, choices={}, time_zone="Europe/Berlin")
    services.notify([here, abroad], "test.weekly")
    monday = dt.datetime(2026, 3, 9, 7, 30, tzinfo=ALMATY)
    clock(monday - dt.timedelta(days=1))
    assert services.digests_write() == 0
    clock(monday)
    assert services.digests_write() == 1
    assert Letter.objects.get().person_id == here.pk
    clock(monday + dt.timedelta(hours=4))
    assert services.digests_write() == 1
    assert set(Habit.objects.values_list("weekly_on", flat=True)) == {dt.date(2026, 3, 9)}


@given(st.lists(st.tuples(st.timedeltas(dt.timedelta(hours=-30), dt.timedelta(hours=30)), st.booleans()), max_size=40),
       st.sampled_from(["daily", "weekly"]))
def test_never_two_digests_of_one_day_while_steps_of_the_clock_are_small(steps, kind):
    """A law: whatever the clock does within a day, no day (week) has two digests, and what waits does not wait for ever."""
    now, oldest, last_on, days = NIGHT, None, None, []
    for step, told in steps:
        now += step
        if told and oldest is None:
            oldest = now
        if oldest is not None:
            day = digest_day(kind, now=now, zone=ALMATY, oldest=oldest, last_on=last_on)
            if day is not None:
                assert last_on is None or day != last_on
                days.append(day)
                last_on, oldest = day, None
    span = dt.timedelta(days=15)
    assert digest_day(kind, now=now + span, zone=ALMATY, oldest=now, last_on=last_on) is not None
    assert all(first != second for first, second in pairwise(days))


@pytest.mark.django_db
def test_a_choice_changed_before_the_morning_holds(clock):
    person = make_user()
    services.notify(person, "test.plain")
    services.choices_set(person_id=person.pk, choices={"test.plain": Ways(True, "never")})
    clock(NIGHT + dt.timedelta(hours=5))
    assert services.digests_write() == 0
    entry = AuditEntry.objects.get(verb="notices.chosen")
    assert (entry.actor_id, entry.after) == (person.pk, {"test.plain": [True, "never"]})
    services.choices_set(person_id=person.pk, choices={"test.plain": Ways(True, "never")})
    assert AuditEntry.objects.filter(verb="notices.chosen").count() == 1, "the same again is no change"


@pytest.mark.django_db
@pytest.mark.parametrize("how_many", [1, 25])
def test_telling_many_costs_the_same(django_assert_num_queries, how_many):
    people = [make_user() for _ in range(how_many)]
    with django_assert_num_queries(4):                              # people, choices, notices, letters
        services.notify(people, "test.quick")


@pytest.mark.django_db
def test_old_notices_go(settings):
    person = make_user()
    settings.NOTICES_KEPT_DAYS = 10
    for _ in range(4):
        services.notify(person, "test.quick")
    now, keys = timezone.now(), list(Notice.objects.order_by("pk").values_list("pk", flat=True))
    Notice.objects.filter(pk=keys[0]).update(read_at=now - dt.timedelta(days=11))
    Notice.objects.filter(pk=keys[1]).update(read_at=now - dt.timedelta(days=9))
    Notice.objects.filter(pk=keys[2]).update(created_at=now - dt.timedelta(days=41))
    assert services.forget_old()[0] == 2
    assert list(Notice.objects.order_by("pk").values_list("pk", flat=True)) == [keys[1], keys[3]]
