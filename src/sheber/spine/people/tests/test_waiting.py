"""The home page says when a role ends, and that it has ended; to nobody else, and at no cost to them."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import RoleAssignment
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    make_root()
    return make_user(role="external_reviewer", at=make_organisation(code="UNI"))


def home(client, person):
    client.force_login(person)
    return client.get("/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize(("days", "said"), [(-1, "ended on"), (0, "ends after"), (14, "ends after"), (15, ""), (None, "")])
def test_what_is_said_of_a_role(client, reviewer, days, said):
    today = timezone.localdate()
    ends_on = None if days is None else today + dt.timedelta(days=days)
    RoleAssignment.objects.update(starts_on=today - dt.timedelta(days=30), ends_on=ends_on)
    page = home(client, reviewer)
    assert [words in page for words in ("ended on", "ends after")] == [said == "ended on", said == "ends after"]


def test_whoever_still_holds_another_role_has_not_lost_everything(client, reviewer):
    RoleAssignment.objects.update(starts_on=dt.date(2020, 1, 1), ends_on=dt.date(2020, 2, 1))
    page = home(client, reviewer)
    assert "ended on 1 Feb 2020" in page
    assert re.search(r'class="btn btn-primary" href="/people/account/"', page), "the button leads to a page that is open to them"
    RoleAssignment.objects.create(user=reviewer, role="student", organisation=RoleAssignment.objects.get().organisation)
    assert "ended on" not in home(client, reviewer)


def test_somebody_who_never_held_a_role_is_told_nothing(client, reviewer):
    assert "ended on" not in home(client, make_user())
