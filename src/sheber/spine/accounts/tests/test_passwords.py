"""Passwords changed and forgotten."""

import re

import pytest
from django.core import mail
from django.test import Client

from sheber.kit.errors import DomainError
from sheber.spine.accounts import services
from sheber.spine.audit.models import AuditEntry
from sheber.spine.notices.services import letters_send
from sheber.spine.people.models import User
from sheber.spine.people.tests.factories import PASSWORD, make_user

NEW = "another long password 7"
EMAIL = "known@example.invalid"
pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user(email=EMAIL, password=PASSWORD)


def signed(email=EMAIL, password=PASSWORD):
    client = Client()
    answer = client.post("/people/sign-in/", {"email": email, "password": password})
    return client if answer.status_code == 302 else None


def ask(email=EMAIL, **more):
    answer = Client().post("/account/forgotten/", {"email": email}, **more)
    letters_send()
    return answer


def link():
    found = re.search(r"http://testserver(/account/reset/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def test_change_ends_other_sessions_and_keeps_this_one(person):
    here, there = signed(), signed()
    answer = here.post("/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 302
    assert here.get("/people/account/").status_code == 200
    assert there.get("/people/account/").status_code == 302
    assert signed() is None
    assert signed(password=NEW)
    assert AuditEntry.objects.filter(verb="person.password_changed", actor=person).count() == 1


@pytest.mark.parametrize(("old", "new", "again"), [("wrong", NEW, NEW), (PASSWORD, "short", "short"), (PASSWORD, NEW, "differs"),
                                                   (PASSWORD, "password1234", "password1234"), ("", "", ""), (PASSWORD, "a\x00" * 9, "")])
def test_change_refused_changes_nothing(person, old, new, again):
    here = signed()
    before = User.objects.get(pk=person.pk).password
    assert here.post("/account/password/", {"old": old, "new": new, "again": again}).status_code == 422
    assert User.objects.get(pk=person.pk).password == before


def test_a_stolen_session_does_not_guess_the_password_for_ever(person):
    here = signed()
    for _ in range(5):
        here.post("/account/password/", {"old": "wrong", "new": NEW, "again": NEW})
    assert here.post("/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 422
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)


def test_the_answer_never_tells_whether_an_address_exists(person):
    make_user(email="closed@example.invalid", password=PASSWORD, is_active=False)
    answers = [ask(), ask("nobody@example.invalid"), ask("closed@example.invalid")]
    texts = {re.sub(r"\b\w{64}\b", "", one.content.decode()) for one in answers}    # without the form tokens
    assert len(texts) == 1
    assert [letter.to for letter in mail.outbox] == [[EMAIL]]
    assert "closed@" not in str(list(AuditEntry.objects.values_list("after", "target_id")))


def test_the_link_works_once_and_ends_sessions(person):
    there = signed()
    ask()
    address = link()
    assert Client().post(address, {"new": NEW, "again": NEW}).status_code == 302
    assert there.get("/people/account/").status_code == 302
    assert signed(password=NEW)
    assert Client().get(address).status_code == 410
    assert Client().post(address, {"new": PASSWORD, "again": PASSWORD}).status_code == 410
    assert AuditEntry.objects.filter(verb="person.password_reset", target_id=str(person.pk)).count() == 1


def test_the_link_expires(person, settings):
    ask()
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert Client().get(link()).status_code == 410


def test_a_weak_password_leaves_the_link_alive(person):
    ask()
    assert Client().post(link(), {"new": "short", "again": "short"}).status_code == 422
    assert Client().get(link()).status_code == 200


def test_a_link_of_another_person_opens_nothing(person):
    other = make_user(email="other@example.invalid", password=PASSWORD)
    ask("other@example.invalid")
    token = link().rstrip("/").rsplit("/", 1)[1]
    ask()
    mine = link().rstrip("/").rsplit("/", 1)[0]
    assert Client().get(f"{mine}/{token}/").status_code == 410
    assert other.pk != person.pk


@pytest.mark.parametrize("uid", ["nothing", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "0", "_", "ÿ"])
def test_made_up_links(uid):
    assert Client().get(f"/account/reset/{uid}/abc-def/").status_code == 410
    with pytest.raises(DomainError):
        services.password_reset(uid=uid, token="abc-def", new=NEW)


def test_a_mailbox_is_not_flooded(person):
    for _ in range(10):
        assert ask().status_code == 200
    assert len(mail.outbox) == 3


def test_the_letter_names_no_person_in_its_subject_and_no_foreign_host(person):
    ask(HTTP_HOST="evil.example")
    assert mail.outbox == []
    ask()
    assert EMAIL not in mail.outbox[-1].subject


def test_other_sessions_end_and_this_one_goes_on(person):
    here, there = signed(), signed()
    assert here.get("/account/sessions/end/").status_code == 405
    assert here.post("/account/sessions/end/").status_code == 302
    assert here.get("/people/account/").status_code == 200
    assert there.get("/people/account/").status_code == 302
    assert AuditEntry.objects.filter(verb="person.sessions_ended", actor=person).count() == 1
