"""A request that is sent again is done once, also after a process died in between; by many at once: ``test_repeated_at_once``."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from sheber.apps.programmes.models import Programme
from sheber.spine.audit.models import AuditEntry
from sheber.spine.integrations import services
from sheber.spine.integrations.models import KeptAnswer
from sheber.spine.integrations.rules import repeating
from sheber.spine.integrations.tests.factories import make_token

from .test_editing import NEW
from .test_operations import send

KEY = {"Idempotency-Key": "first-try"}
URL = "/api/v1/programmes"


@pytest.mark.django_db
def test_the_answer_is_told_again_and_nothing_is_written_twice(lasting_nation):
    client = lasting_nation.client("director")
    first = send(client, "post", URL, NEW, headers=KEY)
    entries = AuditEntry.objects.count()
    again = send(client, "post", URL, NEW, headers=KEY)
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert (again["Idempotency-Replayed"], again["Content-Type"]) == ("true", first["Content-Type"])
    assert "Idempotency-Replayed" not in first
    assert (AuditEntry.objects.count(), Programme.objects.filter(code=NEW["code"]).count()) == (entries, 1)


@pytest.mark.django_db
def test_a_refusal_is_an_answer_too(lasting_nation):
    client, wrong = lasting_nation.client("director"), NEW | {"engineer_type": "wizard"}
    first = send(client, "post", URL, wrong, headers=KEY)
    again = send(client, "post", URL, wrong, headers=KEY)
    assert (first.status_code, again.content, again["Idempotency-Replayed"]) == (422, first.content, "true")


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["body", "address", "method"])
def test_a_key_is_not_used_for_another_request(lasting_nation, other):
    client = lasting_nation.client("director")
    draft = f"{lasting_nation.address}/2027.1"
    send(client, "post", URL, NEW, headers=KEY)
    answer = {"body": lambda: send(client, "post", URL, NEW | {"code": "6B99889"}, headers=KEY),
              "address": lambda: send(client, "post", f"{draft}/publish", NEW, headers=KEY),
              "method": lambda: send(client, "patch", f"{draft}/matrix", NEW, headers=KEY)}[other]()
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.django_db
def test_a_key_is_ones_own_and_that_of_ones_token(lasting_nation):
    """Nobody hears the answer of somebody else by guessing a key, nor a narrow token that of a wide one."""
    send(lasting_nation.client("director"), "post", URL, NEW, headers=KEY)
    other = send(lasting_nation.client("administrator"), "post", URL, NEW, headers=KEY)
    assert "Idempotency-Replayed" not in other
    _row, text = make_token(owner=lasting_nation.people["director"], scopes=["programme.edit", "programme.view", "own"])
    token = send(Client(headers={"Authorization": f"Bearer {text}"}), "post", URL, NEW, headers=KEY)
    assert "Idempotency-Replayed" not in token


@pytest.mark.django_db
def test_who_may_no_longer_does_not_hear_the_answer(lasting_nation):
    client = lasting_nation.client("director")
    send(client, "post", URL, NEW, headers=KEY)
    lasting_nation.people["director"].roles.all().delete()
    assert send(client, "post", URL, NEW, headers=KEY).status_code == 403


@pytest.mark.django_db
def test_a_form_with_a_file_is_the_same_with_another_boundary(lasting_nation):
    client = lasting_nation.client("director")
    answers = []
    for boundary in ("aaaa1111", "bbbb2222"):
        body = f'--{boundary}\r\nContent-Disposition: form-data; name="organisation"\r\n\r\nOURS-F\r\n--{boundary}--\r\n'
        kind = f"multipart/form-data; boundary={boundary}"
        answers.append(client.post("/api/v1/programmes/import", body, content_type=kind, headers=KEY))
    assert answers[1].get("Idempotency-Replayed") == "true", answers[1].json()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "a" * 201, "ключ", "a\tb"])
def test_a_key_that_is_none_is_refused(lasting_nation, key):
    answer = send(lasting_nation.client("director"), "post", URL, NEW, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_idempotency_key")
    assert not Programme.objects.filter(code=NEW["code"]).exists()


@pytest.mark.django_db
def test_reading_keeps_nothing(lasting_nation):
    lasting_nation.client("director").get(URL, headers=KEY)
    assert not KeptAnswer.objects.exists()


@pytest.mark.django_db
def test_a_fault_of_ours_frees_the_key_and_undoes_the_work(lasting_nation, monkeypatch):
    client = lasting_nation.client("director")
    client.raise_request_exception = False
    monkeypatch.setattr("sheber.apps.programmes.api.starting.queries.version_overview", lambda *_a, **_k: 1 / 0)
    broken = send(client, "post", URL, NEW, headers=KEY)
    assert (broken.status_code, Programme.objects.filter(code=NEW["code"]).count(), KeptAnswer.objects.count()) == (500, 0, 0)
    monkeypatch.undo()
    assert send(client, "post", URL, NEW, headers=KEY).status_code == 201


def _claimed(nation, *, age):
    """Somebody works on the request, or died over it."""
    director = nation.people["director"]
    print_ = repeating.fingerprint(method="POST", address=URL, content_type="application/json", body=json.dumps(NEW).encode())
    begun = services.request_begin(owner_id=director.pk, token_id=0, key="first-try", fingerprint=print_)
    KeptAnswer.objects.update(claimed_at=timezone.now() - age)
    return begun.claim


@pytest.mark.django_db
def test_in_flight_is_said_and_a_dead_process_is_followed_by_the_next(lasting_nation):
    client = lasting_nation.client("director")
    claim = _claimed(lasting_nation, age=repeating.LEASE / 2)
    busy = send(client, "post", URL, NEW, headers=KEY)
    assert (busy.status_code, busy.json()["code"], busy["Retry-After"]) == (409, "request_in_flight", "1")
    KeptAnswer.objects.update(claimed_at=timezone.now() - 2 * repeating.LEASE)
    assert send(client, "post", URL, NEW, headers=KEY).status_code == 201
    with pytest.raises(services.ClaimLostError):               # should the first be alive after all, its work is rolled back
        services.answer_keep(claim=claim, answer=client.get(URL))


@pytest.mark.django_db
def test_after_a_day_a_key_is_new(lasting_nation):
    client = lasting_nation.client("director")
    send(client, "post", URL, NEW, headers=KEY)
    KeptAnswer.objects.update(claimed_at=timezone.now() - 1.01 * repeating.KEPT)
    assert send(client, "post", URL, NEW, headers=KEY).json()["code"] != "idempotency_key_reused"
    KeptAnswer.objects.update(claimed_at=timezone.now() - 1.01 * repeating.KEPT)
    assert (services.answers_prune(), KeptAnswer.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_what_is_kept_cannot_be_read_in_the_database(lasting_nation):
    send(lasting_nation.client("director"), "post", URL, NEW, headers=KEY)
    assert NEW["code"].encode() not in bytes(KeptAnswer.objects.get().sealed)
