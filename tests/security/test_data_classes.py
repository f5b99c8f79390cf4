"""The table of data classes says what is so: every table stands in it once, and what it says is forgotten by schedule is."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.utils import timezone

from sheber.spine.accounts import services
from sheber.spine.jobs import registry

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "data-classes.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(\w+\.\w+)` \| (\w+) \| (.+) \|$", TEXT, re.M)
CLASSES = set(re.findall(r"^\| (open|internal|personal|sensitive|secret) \| .+ \| .+ \|$", TEXT, re.M))
WORDS = {"with the account", "for good", "until deleted", "until made anew", "not used"}


def test_every_table_has_a_class():
    assert sorted(name for name, _kind, _kept in ROWS) == sorted(model._meta.label for model in apps.get_models())
    assert {kind for _name, kind, _kept in ROWS} <= CLASSES
    assert len(CLASSES) == 5


def test_what_is_forgotten_by_schedule_is_on_the_schedule():
    known, wrong, asked = registry.handlers(), {}, 0
    for name, _kind, kept in ROWS:
        work = re.match(r"`([a-z_]+\.[a-z_]+)`", kept)
        asked += work is not None
        if kept not in WORDS and (work is None or work[1] not in known or known[work[1]].every is None):
            wrong[name] = kept
    assert wrong == {}
    assert asked > 12


def test_the_ledger_and_the_record_are_forgotten_by_nothing():
    assert {name: kept for name, _kind, kept in ROWS if name in {"evidence.EvidenceItem", "audit.AuditEntry"}} == {
        "evidence.EvidenceItem": "for good", "audit.AuditEntry": "for good"}


@pytest.mark.django_db
def test_sessions_that_are_over_are_gone_from_the_store_of_the_web_server_too():
    """A browser that never comes back leaves its row; what it holds names the person."""
    Session.objects.create(session_key="a" * 32, session_data="x", expire_date=timezone.now() - dt.timedelta(days=1))
    Session.objects.create(session_key="b" * 32, session_data="x", expire_date=timezone.now() + dt.timedelta(days=1))
    services.forget_old()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["b" * 32]
