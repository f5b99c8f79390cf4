"""Twelve requests with one key at once; what came of them, as plain values."""

import threading
from typing import Any

from django.db import connections
from django.test import Client

from sheber.apps.programmes.models import Programme
from sheber.spine.audit.models import AuditEntry
from sheber.spine.integrations.tests.factories import make_token

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
