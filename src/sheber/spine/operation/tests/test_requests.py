"""Probes, figures, closing, limits and the log, as a client sees them."""

import json
import logging

import pytest
from django.db import connection

from sheber.spine.operation import health, limits
from sheber.spine.operation.logs import JsonFormatter, TextFormatter
from sheber.spine.operation.services import maintenance
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path, monkeypatch):
    settings.VAR = tmp_path
    monkeypatch.setattr(maintenance, "_LOOK_EVERY_S", 0)
    maintenance._seen.clear()
    health._migrated.update(done=False, looked=-10.0)


def test_live_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/health/live", headers={"host": "not-ours.example"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies


def test_ready_names_what_is_missing_and_nothing_else(client, monkeypatch):
    assert client.get("/health/ready").json() == {"status": "ready", "failed": []}
    monkeypatch.setitem(health.CHECKS, "database", lambda: 1 / 0)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "failed": ["database"]}
    monkeypatch.undo()
    maintenance.maintenance_begin()
    assert client.get("/health/ready").json()["failed"] == ["maintenance"]


@pytest.mark.parametrize(("sent", "status"), [
    ({"REMOTE_ADDR": "127.0.0.1"}, 200), ({"REMOTE_ADDR": "203.0.113.9"}, 403),
    ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 403),
    ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"}, 403),
    ({"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
    ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer right"}, 200),
    ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer wrong"}, 403),
])
def test_figures_are_for_this_machine_or_the_token(client, settings, sent, status):
    settings.METRICS_TOKEN = "right"
    assert client.get("/metrics", **sent).status_code == status


def test_without_a_token_an_empty_one_opens_nothing(client):
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer ").status_code == 403


def test_figures_count_what_was_answered(client):
    name = 'sheber_requests_total{method="GET",status="200",view="operation:live"}'

    def count():
        lines = client.get("/metrics").content.decode().splitlines()
        return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name)), 0.0)

    before = count()
    for _ in range(3):
        client.get("/health/live")
    assert count() == before + 3
    text = client.get("/metrics").content.decode()
    assert "sheber_database_up 1.0" in text
    assert f'database="{connection.vendor}"' in text


def test_closed_for_maintenance(client, settings):
    maintenance.maintenance_begin(minutes=10, why="secret reason")
    client.cookies["sheber_language"] = "en"
    answer = client.get("/programmes/")
    assert answer.status_code == 503
    assert 500 <= int(answer["Retry-After"]) <= 600
    assert "Closed for maintenance" in answer.content.decode()
    assert "secret reason" not in answer.content.decode()
    assert client.get("/api/v1/organisations").json()["code"] == "closed"
    assert client.get("/health/live").status_code == 200
    assert client.get("/static/none.css").status_code != 503
    maintenance.maintenance_end()
    assert client.get("/programmes/").status_code == 302


def test_too_many_requests(client, settings, monkeypatch):
    monkeypatch.setattr(limits, "_take_in_database", limits._take_in_file)
    settings.RATE_LIMITS = {"search": 3}
    client.force_login(make_user())
    client.cookies["sheber_language"] = "en"
    answers = [client.get("/search/?q=a") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert int(answers[3]["Retry-After"]) >= 1
    assert "Too many requests" in answers[3].content.decode()
    assert client.get("/").status_code == 200                        # what costs little has no limit
    assert client.get("/health/live").status_code == 200
    client.force_login(make_user())
    assert client.get("/search/?q=a").status_code == 200             # another person has a bucket of their own


def test_a_request_larger_than_the_limit(client, settings):
    settings.MAX_REQUEST_BYTES = 1000
    client.cookies["sheber_language"] = "en"
    answer = client.post("/people/sign-in/", {"email": "x" * 100_000})
    assert answer.status_code == 413
    assert client.post("/api/v1/x", b"x" * 100_000, content_type="application/json").json()["code"] == "too_large"


def test_a_line_of_the_log_ties_the_request_and_holds_no_person(client, caplog):
    person = make_user()
    client.force_login(person)
    with caplog.at_level(logging.INFO, logger="sheber.requests"):
        answer = client.get("/search/?q=Saule", headers={"x-request-id": "proxy-id-0123456789"})
    assert answer["X-Request-Id"] == "proxy-id-0123456789"
    record = next(one for one in caplog.records if one.name == "sheber.requests")
    line = json.loads(JsonFormatter().format(record))
    assert (line["request_id"], line["user"], line["view"], line["status"]) == ("proxy-id-0123456789", person.pk, "search:results", 200)
    assert line["ms"] > 0
    for shown in (json.dumps(line), TextFormatter().format(record)):
        assert "Saule" not in shown
        assert person.email not in shown
        assert "\n" not in shown


def test_an_address_that_may_hold_a_secret_is_not_logged(client, caplog):
    client.get("/no-such/secret-token/")
    lines = [TextFormatter().format(one) + JsonFormatter().format(one) for one in caplog.records]
    assert lines
    assert not any("secret-token" in line for line in lines)


def test_text_from_outside_forges_no_line():
    record = logging.LogRecord("x", logging.WARNING, "f", 1, "a\r\n2026-01-01 ERROR forged\u2028x", (), None)
    assert len(TextFormatter().format(record).splitlines()) == 1
    assert len(JsonFormatter().format(record).splitlines()) == 1
