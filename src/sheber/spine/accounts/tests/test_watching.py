"""Administrators are told when far more sign-ins fail than people mistype."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from sheber.spine.accounts import services
from sheber.spine.notices.models import Notice
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_role, make_user

pytestmark = pytest.mark.django_db


def fail(times: int) -> None:
    for number in range(times):
        assert Client().post("/people/sign-in/", {"email": f"guess{number}@example.invalid", "password": "guess"}).status_code == 422


def told() -> list[int]:
    return list(Notice.objects.filter(type="accounts.many_failures").order_by("person_id").values_list("person_id", flat=True))


@pytest.fixture
def administrator(settings):
    settings.ALARM_FAILURES = 4
    root = make_root()
    boss, closed = make_user(role="administrator", at=root), make_user(role="administrator", at=root, is_active=False)
    below, over = make_user(role="administrator", at=make_organisation(parent=root)), make_user()
    make_role(user=over, role="administrator", at=root, ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert len({boss.pk, closed.pk, below.pk, over.pk}) == 4
    return boss


def test_many_are_told_once_an_hour_to_those_of_the_nation(administrator):
    fail(3)
    assert services.failures_watch() == 3
    assert told() == []
    fail(1)
    assert [services.failures_watch(), services.failures_watch()] == [4, 4]
    assert told() == [administrator.pk]
    assert Notice.objects.get(type="accounts.many_failures").params == {"n": 4}


def test_those_of_yesterday_do_not_count(administrator, monkeypatch):
    fail(4)
    later = timezone.now() + dt.timedelta(hours=2)
    monkeypatch.setattr("sheber.spine.accounts.services.attempts.timezone.now", lambda: later)
    assert services.failures_watch() == 0
    assert told() == []


def test_nought_switches_it_off(administrator, settings):
    settings.ALARM_FAILURES = 0
    fail(5)
    assert services.failures_watch() == 5
    assert told() == []
