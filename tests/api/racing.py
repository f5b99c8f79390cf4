"""Twelve requests with one key at once, and one whose process is killed; what came of them, as plain values."""

import sys
import threading
import time
from typing import Any

from django.db import connections
from django.test import Client
from django.utils import timezone

from sheber.apps.programmes.models import Programme
from sheber.spine.audit.models import AuditEntry
from sheber.spine.integrations import services
from sheber.spine.integrations.models import KeptAnswer
from sheber.spine.integrations.rules import repeating
from sheber.spine.integrations.tests.factories import make_token
from sheber.spine.people.models import User

from .conftest import build
from .test_editing import NEW
from .test_operations import send

SENDERS = 12


def race() -> dict[str, Any]:
    _row, text = make_token(owner=build().people["director"], scopes=["programme.edit", "programme.view", "programme.overview"])
    answers, gate = [], threading.Barrier(SENDERS)

    def ask():
        try:
            client = Client(headers={"Authorization": f"Bearer {text}"})
            gate.wait(10)
            answers.append(send(client, "post", "/api/v1/programmes", NEW, headers={"Idempotency-Key": "once"}))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(SENDERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return {"told": sorted([answer.status_code, answer.get("Idempotency-Replayed", "")] for answer in answers),
            "codes": sorted({answer.json()["code"] for answer in answers if answer.status_code >= 400}),
            "programmes": Programme.objects.filter(code=NEW["code"]).count(),
            "entries": AuditEntry.objects.filter(verb="programme.started").count()}


def _ask(person):
    client = Client()
    client.force_login(person)
    return send(client, "post", "/api/v1/programmes", NEW, headers={"Idempotency-Key": "once"})


def hang() -> None:
    """Everything is written, the answer too, and nothing is committed: here the process is killed."""
    keep = services.answer_keep

    def kept(**given):
        keep(**given)
        print("written", Programme.objects.filter(code=NEW["code"]).count(), flush=True)
        sys.stdout.close()
        time.sleep(60)

    services.answer_keep = kept
    _ask(build().people["director"])


def after_the_kill() -> dict[str, Any]:
    """At once the key is busy; after the lease the request is done, once."""
    person = User.objects.get(email="director@example.invalid")
    left = Programme.objects.filter(code=NEW["code"]).count()
    busy = _ask(person).status_code
    KeptAnswer.objects.update(claimed_at=timezone.now() - 2 * repeating.LEASE)
    told = [[answer.status_code, answer.get("Idempotency-Replayed", "")] for answer in (_ask(person), _ask(person))]
    return {"left": left, "busy": busy, "told": told, "programmes": Programme.objects.filter(code=NEW["code"]).count(),
            "entries": AuditEntry.objects.filter(verb="programme.started").count()}
