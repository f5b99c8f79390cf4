"""Figures of large classes: kept by the background work, marked as of before when the ledger has moved on, asked for anew."""

import pytest
from django.urls import reverse
from django.utils import timezone

from sheber.apps.programmes import services
from sheber.apps.programmes.queries import gap as gap_queries
from sheber.spine.competences.models import Competence
from sheber.spine.evidence.queries import snapshots
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.jobs.models import Job
from sheber.spine.jobs.services import run_now
from sheber.spine.people.tests.factories import make_user

from .factories import make_student
from .gap_world import TODAY, make_gap_world

pytestmark = pytest.mark.django_db
MARK = 'class="sheet-pad stale"'


@pytest.fixture
def large(monkeypatch):
    """Three students are many here, and not one is computed while a page waits."""
    monkeypatch.setattr(gap_queries, "KEPT_FROM", 2)
    monkeypatch.setattr(snapshots, "COMPUTED_AT_ONCE", 0)
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    world = make_gap_world()
    students = [make_student(version=world.version, class_year=2026, entry_year=2024) for _ in range(3)]
    for one in students:
        make_evidence(person=one.student, competence=Competence.objects.get(pk=world.items["1.1"].pk), level=3)
    return world, students


def open_students(client, world, **query):
    return client.get(reverse("programmes:students", args=[world.version.programme.code, world.version.version]), query)


def test_the_mark_comes_with_the_ledger_and_goes_with_the_work(client, large):
    world, students = large
    client.force_login(make_user(role="quality_officer", at=world.version.programme.organisation))
    *_more, (_done, _all, people) = services.figures_keep()
    assert people >= 3
    before = open_students(client, world, sort="-items")
    assert MARK not in before.content.decode()
    assert before.context["fresh"].moved_on == 0
    make_evidence(person=students[0].student, competence=world.items["1.1"], level=1)
    marked = open_students(client, world, sort="-items")
    assert marked.context["fresh"].moved_on == 1
    assert MARK in marked.content.decode()
    address = reverse("programmes:recompute", args=[world.version.programme.code, world.version.version])
    assert f'action="{address}"' in marked.content.decode()
    rows = {row.who.student_id: row.distance.items for row in marked.context["table"]}
    assert rows[students[0].student_id] == 1
    answer = client.post(reverse("programmes:recompute", args=[world.version.programme.code, world.version.version]),
                         {"next": "https://elsewhere.example/"})
    assert answer["Location"].startswith("/programmes/")
    job = Job.objects.get(kind="programmes.figures")
    assert job.params == {"version": world.version.pk}
    if job.state == Job.State.WAITING:
        run_now(job)
    after = open_students(client, world, sort="-items")
    assert after.context["fresh"].moved_on == 0
    assert {row.who.student_id: row.distance.items for row in after.context["table"]}[students[0].student_id] == 2
    shown = [row.distance.items for row in after.context["table"]]
    assert shown == sorted(shown, reverse=True)
    gap = client.get(reverse("programmes:gap", args=[world.version.programme.code, world.version.version]), {"class": "2026"})
    assert MARK not in gap.content.decode()


def test_the_gap_says_it_too_and_its_figures_are_those_of_before(client, large):
    world, students = large
    client.force_login(make_user(role="quality_officer", at=world.version.programme.organisation))
    list(services.figures_keep())
    url = reverse("programmes:gap", args=[world.version.programme.code, world.version.version])
    before = client.get(url, {"class": "2026"}).context["report"]
    make_evidence(person=students[0].student, competence=world.items["1.1"], level=1)
    marked = client.get(url, {"class": "2026"})
    assert marked.context["report"].freshness.moved_on == 1
    assert marked.context["report"].rows == before.rows
    assert MARK in marked.content.decode()
    list(services.figures_keep())
    after = client.get(url, {"class": "2026"}).context["report"]
    assert (after.freshness.moved_on, after.evidence_items) == (0, before.evidence_items + 1)


def test_an_unknown_version_is_refused():
    with pytest.raises(LookupError):
        services.figures_refresh(actor=None, version_id=0)
