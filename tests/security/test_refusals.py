"""Every refused decision leaves its reason in the line of its request, with the request's id and nothing of a person but a number."""

import json
import logging

import pytest
from django.test import Client
from django.urls import reverse

from sheber.spine.audit.requests import current_request_id
from sheber.spine.operation.logs import JsonFormatter
from sheber.spine.operation.metrics import text
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(monkeypatch):
    """What the log of requests holds, as objects, newest last."""
    kept: list[dict] = []

    class Keep(logging.Handler):
        def emit(self, record):
            kept.append(json.loads(JsonFormatter().format(record)))

    log, handler = logging.getLogger("sheber.requests"), Keep()
    level = log.level
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    yield kept
    log.removeHandler(handler)
    log.setLevel(level)


def counted(reason: str) -> float:
    found = [line for line in text().decode().splitlines() if line.startswith(f'sheber_refused_total{{reason="{reason}"}}')]
    return float(found[0].rsplit(" ", 1)[1]) if found else 0.0


def stranger(_root):
    return Client().get(reverse("people:account"))


def stranger_of_the_api(_root):
    return Client().get("/api/v1/me")


def student_among_invitations(root):
    client = Client()
    client.force_login(make_user(role="student", at=root))
    return client.get(reverse("people:invitations"))


def elsewhere(root):
    """An administrator of one university opens the form of another."""
    here, there = make_organisation(parent=root), make_organisation(parent=root)
    client = Client()
    client.force_login(make_user(role="administrator", at=here))
    return client.get(reverse("people:role_grant", args=[make_user(role="teacher", at=there).pk]))


def wrong_password(_root):
    make_user(email="log@example.invalid", password=PASSWORD)
    return Client().post("/people/sign-in/", {"email": "log@example.invalid", "password": "not this one at all"})


def forged(root):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(role="administrator", at=root))
    return client.post(reverse("people:theme"), {"theme": "dark"})


def forged_at_the_api(root):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(role="administrator", at=root))
    return client.post("/api/v1/organisations", "{}", "application/json")


def bad_token(_root):
    return Client().get("/api/v1/me", headers={"Authorization": "Bearer shb_made_up"})


def odd_method(_root):
    return Client().generic("PROPFIND", "/people/sign-in/")


def unexpected_body(root):
    client = Client()
    client.force_login(make_user(role="administrator", at=root))
    return client.post("/api/v1/organisations", "{}", "text/plain")


@pytest.mark.parametrize(("act", "status", "reason"), [
    (stranger, 302, "not_signed_in"), (stranger_of_the_api, 401, "not_signed_in"), (student_among_invitations, 403, "permission_not_held"),
    (elsewhere, 403, "outside_the_place"), (wrong_password, 422, "sign_in_wrong"), (forged, 403, "csrf"), (forged_at_the_api, 403, "csrf"),
    (bad_token, 401, "bad_token"), (odd_method, 405, "method"), (unexpected_body, 415, "content_type")],
    ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_refusal_is_kept_with_its_reason(lines, act, status, reason):
    before = counted(reason)
    assert act(make_root()).status_code == status
    assert (lines[-1]["status"], lines[-1].get("reason")) == (status, reason)
    assert len(lines[-1]["request_id"]) > 7
    assert not {"log@example.invalid", "not this one at all", "shb_made_up"} & set(json.dumps(lines).split('"'))
    assert counted(reason) == before + 1
    assert current_request_id() == ""


def test_what_is_allowed_has_no_reason(lines):
    client = Client()
    client.force_login(make_user(role="teacher", at=make_root()))
    assert client.get(reverse("people:account")).status_code == 200
    assert "reason" not in lines[-1]
