"""What people are told of, from the act to the notice."""

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from sheber.kit.errors import DomainError
from sheber.spine.accounts import services as accounts
from sheber.spine.accounts.rules import totp
from sheber.spine.integrations.services import sending as webhooks
from sheber.spine.integrations.tests.factories import make_webhook
from sheber.spine.jobs import services as jobs
from sheber.spine.jobs.models import Job
from sheber.spine.jobs.registry import forget, handler
from sheber.spine.notices import queries, services, types
from sheber.spine.notices.models import Letter, Notice
from sheber.spine.operation.checks import examine
from sheber.spine.operation.metrics import text
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people import services as people
from sheber.spine.people.models import RoleAssignment
from sheber.spine.people.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = "another long password 7"
TODAY = timezone.localdate


@pytest.fixture
def house():
    make_root()
    place = make_organisation(code="HOUSE")
    return place, make_user(role="administrator", at=place), make_user(password=PASSWORD, language="en")


def told(person):
    return list(Notice.objects.filter(person=person).order_by("id").values_list("type", flat=True))


def test_a_role_given_changed_ended(house):
    place, admin, person = house
    day = TODAY() + dt.timedelta(days=100)
    held = people.role_grant(actor=admin, person_id=person.pk, role="teacher", organisation_id=place.pk, ends_on=day)
    people.role_dates_change(actor=admin, role_id=held.pk, starts_on=None, ends_on=None)
    people.role_end_now(actor=admin, role_id=held.pk, reason="left")
    assert told(person) == ["role.granted", "role.granted", "role.ended"]
    assert Letter.objects.filter(person=person).count() == 3
    assert told(admin) == [], "nobody is told what they did themselves"
    with translation.override("en"):
        assert "until" in queries.notice_list(person.pk)[0][2].sentence


def test_a_role_that_ends_soon_is_told_once(house):
    place, _admin, person = house
    role = {"user": person, "organisation": place}
    soon = RoleAssignment.objects.create(**role, role="teacher", ends_on=TODAY() + dt.timedelta(days=14))
    RoleAssignment.objects.create(**role, role="student", ends_on=TODAY() + dt.timedelta(days=15))
    RoleAssignment.objects.create(**role, role="mentor", ends_on=TODAY())
    brief = RoleAssignment.objects.create(**role, role="external_reviewer", ends_on=TODAY() + dt.timedelta(days=3))
    RoleAssignment.objects.exclude(pk=brief.pk).update(granted_at=timezone.now() - dt.timedelta(days=200))
    for _ in range(3):
        people.roles_ending_tell()
    assert told(person) == ["role.ending"]
    RoleAssignment.objects.filter(pk=soon.pk).update(ends_on=TODAY() + dt.timedelta(days=9))
    people.roles_ending_tell()
    assert told(person) == ["role.ending"] * 2, "another day is another notice"


def test_what_touches_the_account_is_told_at_once_and_always(house):
    place, admin, person = house
    old = person.email
    accounts.password_change(person_id=person.pk, old=PASSWORD, new=NEW)
    secret = b"12345678901234567890"
    accounts.second_step_start(person_id=person.pk, secret=secret, code=totp.code_at(secret, int(timezone.now().timestamp() // 30)))
    accounts.second_step_stop(person_id=person.pk, proof=NEW)
    people.role_grant(actor=admin, person_id=person.pk, role="teacher", organisation_id=place.pk)
    person.refresh_from_db()
    people.person_edit(actor=admin, person_id=person.pk, name={"en": "N"}, email="new@example.invalid", language="en",
                       edit_version=person.edit_version)
    wanted = ["account.password_changed", "account.second_step_started", "account.second_step_stopped", "role.granted",
              "account.email_changed"]
    assert told(person) == wanted
    assert all(types.known()[code].mandatory for code in wanted if code != "role.granted")
    services.letters_send()
    assert [letter.to for letter in mail.outbox] == [[old]] * 5, "also the one about the new address goes to the old"


def test_failed_attempts_are_told_once_a_day(house):
    person = house[2]
    for _ in range(30):
        Client().post("/people/sign-in/", {"email": person.email, "password": "wrong"})
    assert told(person) == ["account.held"]
    assert Letter.objects.count() == 1


def test_the_letter_with_a_link_costs_the_same_for_nobody(house):
    """Otherwise the time of the answer would tell whether an address has an account."""
    person, asked = house[2], []
    for email in (person.email, "nobody@example.invalid"):
        with CaptureQueriesContext(connection) as seen:
            accounts.reset_letter_send(email=email, ip="192.0.2.1", link=lambda uid, token: f"https://sheber.example/{uid}/{token}/")
        asked.append([one["sql"].split()[0] for one in seen if "notices_letter" in one["sql"]])
    assert asked[0] == asked[1] == ["INSERT"]
    assert list(Letter.objects.values_list("email", flat=True)) == [person.email]


def test_a_webhook_switched_off_is_told_to_its_owner(house):
    place, admin, _person = house
    hook = make_webhook(owner=admin, at=place)
    webhooks._disabled(hook)
    webhooks._disabled(hook)
    assert told(admin) == ["webhook.disabled"]
    assert Notice.objects.get(person=admin).link == f"/integrations/webhooks/{hook.pk}/"


@pytest.fixture
def kinds():
    """Work that ends well, and work that is refused."""
    @handler("test.well", title="Well")
    def well(_run):
        Job.objects.filter(kind="test.well").update(created_at=timezone.now() - dt.timedelta(minutes=1))
        return {"sentence": "12 rows.", "url": "/people/"}

    @handler("test.badly", title="Badly")
    def badly(_run):
        raise DomainError("no", "The file has no rows.")
    yield
    forget("test.well")
    forget("test.badly")


def test_work_that_ended_is_told_to_who_asked(kinds, house):
    person = house[2]
    for kind in ("test.well", "test.badly"):
        jobs.run_now(jobs.job_start(actor=person, kind=kind), raising=False)
        jobs.run_now(jobs.job_start(actor=None, kind=kind), raising=False)
    rows = queries.notice_list(person.pk)[0]
    assert [(row.type, row.sentence, row.link) for row in reversed(rows)] == [
        ("job.done", "Well: 12 rows.", "/people/"), ("job.failed", "Badly: The file has no rows.", rows[0].link)]
    assert rows[0].link.startswith("/jobs/")
    assert Notice.objects.count() == 2
    assert list(Letter.objects.values_list("type", flat=True)) == ["job.failed"]


def test_a_notice_that_cannot_be_written_keeps_no_work_from_ending(kinds, house, monkeypatch):
    types.forget("job.failed")
    try:
        done = jobs.run_now(jobs.job_start(actor=house[2], kind="test.badly"), raising=False)
    finally:
        from sheber.spine.notices import notices

        types.register("job.failed", title="Failed", sentence=notices._failed, letters="at_once")
    assert done.state == "failed"


def test_doctor_and_figures_know_the_outbox(house, settings):
    services.letter_write(type="people.invitation", email="guest@example.invalid", language="en", body="words")
    Letter.objects.update(state="failed", next_at=None)
    found = {one.check: one for one in examine()}
    assert (found["letters"].state, found["mail"].state) == ("warn", "ok")
    assert b"sheber_letters_failed 1.0" in text()
    settings.MAIL_CONFIGURED = False
    assert {one.check: one.state for one in examine()}["mail"] == "warn"
