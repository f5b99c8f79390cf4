"""Invitations: one use, no token kept, and no way around who may give a role."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils import timezone

from sheber.kit.errors import DomainError
from sheber.spine.notices.services import letters_send
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people import access, services
from sheber.spine.people.models import Invitation, RoleAssignment, User

from .factories import PASSWORD, make_role, make_user

ADDRESS = "https://sheber.example/people/invitation/"


def invite(admin, place, *emails, role="teacher", **more):
    return services.invitations_create(actor=admin, guests=[services.Guest(one, {"en": "Guest"}, n) for n, one in enumerate(emails, 1)],
                                       role=role, organisation_id=place.pk, address=ADDRESS, language="en", **more)


@pytest.fixture
def house(db):
    make_root()
    place = make_organisation(code="HOUSE")
    return place, make_user(role="administrator", at=place)


def test_from_the_letter_to_the_role(house, client, django_capture_on_commit_callbacks):
    place, admin = house
    client.force_login(admin)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/people/invitations/new/", {"people": "New@Example.invalid, New Person\n\n", "role": "teacher",
                                                          "organisation": "house", "language": "en"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert mail.outbox == [], "letters leave by the background work"
    letters_send()
    letter = mail.outbox[0]
    assert letter.to == ["new@example.invalid"]
    assert "example" not in letter.subject
    path = re.search(r"/people/invitation/[\w-]+/", letter.body).group()
    token = path.split("/")[-2]
    assert token.encode() not in answer.content, "where letters go out, the link is in the letter alone"
    assert token not in str(list(Invitation.objects.values()))
    client.logout()
    opened = client.get(path)
    assert (opened.status_code, opened["Location"], opened["Referrer-Policy"], opened["Cache-Control"]) == (
        302, "/people/invitation/", "no-referrer", "no-store")
    page = client.get("/people/invitation/")
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert token.encode() not in page.content
    typed = {"name_en": "New Person", "language": "ru", "password": PASSWORD, "again": PASSWORD}
    weak = client.post("/people/invitation/", typed | {"password": "short", "again": "short"})
    assert weak.status_code == 422
    assert b"New Person" in weak.content
    assert client.post("/people/invitation/", typed).status_code == 302
    person = User.objects.get(email="new@example.invalid")
    assert (person.language, person.check_password(PASSWORD)) == ("ru", True)
    assert access.allowed(person, "evidence.view", place.path)
    client.get(path)
    assert client.post("/people/invitation/", typed).status_code == 410


def test_what_is_over_opens_nothing(house, client):
    place, admin = house
    for change in ({"withdrawn_at": timezone.now()}, {"expires_at": timezone.now() - dt.timedelta(seconds=1)},
                   {"ends_on": timezone.localdate() - dt.timedelta(days=1)}):
        sent = invite(admin, place, "late@example.invalid")[0]
        Invitation.objects.filter(pk=sent.invitation.pk).update(**change)
        with pytest.raises(DomainError):
            services.invitation_accept(token=sent.token, name={"en": "L"}, language="en", password=PASSWORD)
        client.get(f"/people/invitation/{sent.token}/")
        assert client.get("/people/invitation/").status_code == 410
        Invitation.objects.all().delete()
    assert not User.objects.filter(email="late@example.invalid").exists()


def test_an_invitation_does_not_outlive_the_right_to_give_the_role(house):
    place, admin = house
    sent = invite(admin, place, "guest@example.invalid", role="administrator")[0]
    RoleAssignment.objects.filter(user=admin).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    with pytest.raises(DomainError) as no:
        services.invitation_accept(token=sent.token, name={"en": "G"}, language="en", password=PASSWORD)
    assert no.value.code == "invitation_void"


def test_sent_again_the_first_link_is_dead(house):
    place, admin = house
    sent = invite(admin, place, "guest@example.invalid")[0]
    again = services.invitation_resend(actor=admin, invitation_id=sent.invitation.pk, address=ADDRESS)
    with pytest.raises(DomainError) as no:
        services.invitation_accept(token=sent.token, name={"en": "G"}, language="en", password=PASSWORD)
    assert no.value.code == "invitation_unknown"
    services.invitation_accept(token=again.token, name={"en": "G"}, language="en", password=PASSWORD)
    for change in (lambda: services.invitation_resend(actor=admin, invitation_id=sent.invitation.pk, address=ADDRESS),
                   lambda: services.invitation_withdraw(actor=admin, invitation_id=sent.invitation.pk)):
        with pytest.raises(DomainError) as no:
            change()
        assert no.value.code == "invitation_over"


def test_who_has_an_account_accepts_signed_in_and_nobody_else_can(house, client):
    place, admin = house
    person, thief = make_user(email="known@example.invalid", password=PASSWORD), make_user(email="thief@example.invalid")
    sent = invite(admin, place, "KNOWN@example.invalid")[0]
    with pytest.raises(DomainError) as no:
        services.invitation_accept(token=sent.token, name={"en": "X"}, language="en", password="another password")
    assert no.value.code == "invitation_has_account"
    client.force_login(thief)
    client.get(f"/people/invitation/{sent.token}/")
    assert client.post("/people/invitation/").status_code == 409
    assert not thief.roles.exists()
    client.force_login(person)
    client.get(f"/people/invitation/{sent.token}/")
    assert client.post("/people/invitation/").status_code == 302
    assert access.allowed(User.objects.get(pk=person.pk), "evidence.view", place.path)
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)


def test_all_lines_or_none(house, client):
    place, admin = house
    make_role(user=make_user(email="has@example.invalid"), role="teacher", at=place)
    client.force_login(admin)
    answer = client.post("/people/invitations/new/", {
        "people": "ok@example.invalid; Fine\nnonsense\n\nhas@example.invalid\nok@example.invalid\tTwice", "role": "teacher",
        "organisation": "HOUSE", "language": "en"})
    assert answer.status_code == 422
    assert [line["line"] for line in answer.context["lines"]] == [2, 4, 5]
    assert not Invitation.objects.exists()
    assert "ok@example.invalid; Fine" in answer.content.decode()


def test_nobody_invites_to_more_than_they_hold(house):
    place, admin = house
    for role, at, code in (("ministry_analyst", place, "more_than_you_hold"), ("teacher", make_organisation(), "not_yours_to_grant")):
        with pytest.raises(DomainError) as no:
            invite(admin, at, "guest@example.invalid", role=role)
        assert no.value.code == code
    assert not Invitation.objects.exists()
