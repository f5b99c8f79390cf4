"""A right code that is sent a second time: refused, kept in the record, and told to its owner once a day."""

import time

import pytest
from django.test import Client

from sheber.kit.errors import DomainError
from sheber.spine.accounts import services
from sheber.spine.accounts.models import SecondStep
from sheber.spine.accounts.rules import totp
from sheber.spine.audit.models import AuditEntry
from sheber.spine.notices.models import Notice
from sheber.spine.people.tests.factories import PASSWORD, make_user

EMAIL = "known@example.invalid"
SECRET = b"12345678901234567890"
pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    person = make_user(email=EMAIL, password=PASSWORD)
    services.second_step_start(person_id=person.pk, secret=SECRET, code=totp.code_at(SECRET, int(time.time() // 30)))
    SecondStep.objects.update(last_step=0)
    return person


def sign_in(code: str) -> int:
    client = Client()
    assert client.post("/people/sign-in/", {"email": EMAIL, "password": PASSWORD}).status_code == 302
    return client.post("/account/second-step/check/", {"code": code}).status_code


def told() -> tuple[int, int]:
    return (AuditEntry.objects.filter(verb="person.second_step_repeated").count(),
            Notice.objects.filter(type="account.code_repeated").count())


def test_a_code_overheard_is_told(person):
    code = totp.code_at(SECRET, int(time.time() // 30))
    assert sign_in(code) == 302
    assert told() == (0, 0)
    assert sign_in(code) == 422
    assert told() == (1, 1)
    assert sign_in(code) == 422
    assert told() == (2, 1)


def test_a_recovery_code_used_twice_is_told(person):
    codes = services.recovery_codes_renew(person_id=person.pk, proof=PASSWORD)
    assert sign_in(codes[0]) == 302
    assert sign_in(codes[0].upper()) == 422
    assert told() == (1, 1)


def test_a_wrong_code_is_no_repeat(person):
    wrong = next(code for code in ("000000", "111111", "222222", "333333")
                 if totp.step_of(SECRET, code, now_s=time.time(), after=-1) is None)
    assert sign_in(wrong) == 422
    assert sign_in("abcde-fghjk") == 422
    assert told() == (0, 0)
    assert AuditEntry.objects.filter(verb="person.second_step_failed").count() == 2


def test_the_proof_of_a_change_is_watched_too(person):
    code = totp.code_at(SECRET, int(time.time() // 30))
    services.person_prove(person_id=person.pk, proof=code)
    with pytest.raises(DomainError) as no:
        services.person_prove(person_id=person.pk, proof=code)
    assert no.value.detail["repeated"] is True
