"""The demonstration's students: complete, the same for a day, written once, and told in the record of changes."""

import datetime as dt

import pytest

from sheber.apps.programmes.models import Assessment, Enrolment
from sheber.apps.programmes.services.demo_students import load_demo_students
from sheber.apps.programmes.tests.factories import make_plan, make_version
from sheber.engines.curriculum.plan import Cell, Course
from sheber.spine.audit.models import AuditEntry
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import RoleAssignment, User
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 9, 20)
SIZE = 40


@pytest.fixture
def version():
    make_root()
    house = make_organisation(kind="faculty", code="FACULTY")
    enterprise = make_organisation(kind="enterprise", code="PLANT")
    make_user(role="enterprise_engineer", at=enterprise, is_synthetic=True)
    courses = (
        Course("LEC", {"kk": "Дәріс", "ru": "Лекция", "en": "Lecture"}, 30.0, 1, "basic", "lecture",
               cells=(Cell("1.1", "T", 3), Cell("2.1", "I", 1))),
        Course("PRA", {"kk": "Практика", "ru": "Практика", "en": "Practice"}, 30.0, 2, "major", "practice",
               cells=(Cell("1.1", "U", 4), Cell("4.6", "T", 3)), features=frozenset({"industrial_practice"})))
    return make_version(organisation=house, plan=make_plan(code="TEST01", courses=courses))


def load(**more):
    return load_demo_students(today=DAY, codes=("TEST01",), class_size=SIZE, **more)


def written():
    """Everything that was drawn, without keys."""
    columns = ("person__email", "competence__code", "level", "setting", "observed_on", "supersedes__level", "reason")
    return sorted(EvidenceItem.objects.values_list(*columns), key=str), sorted(User.objects.filter(
        enrolments__isnull=False).values_list("email", "name__kk"))


def test_classes_assessments_and_evidence_stand(version):
    counts = load()
    # One year of study: on 20 September the class of 2026 has left and that of 2027 has only begun.
    assert list(Enrolment.objects.order_by("class_year").values_list("class_year", "is_active").distinct()) == [(2026, False), (2027, True)]
    assert counts["students"] == Enrolment.objects.count() == 2 * SIZE
    assert set(Assessment.objects.values_list("course__code", "kind")) == {("LEC", "exam"), ("PRA", "practice_report")}
    assert set(EvidenceItem.objects.values_list("person__enrolments__class_year", flat=True)) == {2026}, "the new class has shown nothing"
    assert set(EvidenceItem.objects.values_list("competence__code", "setting")) == {
        ("1.1", "course"), ("1.1", "workplace"), ("4.6", "workplace")}, "an introduction is not assessed"
    assert not EvidenceItem.objects.filter(observed_on__gt=DAY).exists()
    for model in (Enrolment, Assessment, EvidenceItem):
        assert not model.objects.filter(is_synthetic=False).exists()
    assert not User.objects.filter(enrolments__isnull=False, is_synthetic=False).exists()


def test_everybody_assessed_by_the_right_people(version):
    load()
    roles = {kind: set(RoleAssignment.objects.filter(user__in=Assessment.objects.filter(kind=kind).values("assessor")).values_list(
        "role", flat=True)) for kind in ("exam", "practice_report")}
    assert roles == {"exam": {"teacher"}, "practice_report": {"enterprise_engineer"}}
    held = RoleAssignment.objects.filter(role="student", organisation_id=version.programme.organisation_id)
    assert held.count() == 2 * SIZE
    assert held.filter(ends_on__isnull=False).count() == SIZE, "those who left hold the role no longer"


def test_a_correction_supersedes_and_says_why(version, monkeypatch):
    monkeypatch.setattr("sheber.apps.programmes.rules.demo_students.CORRECTED_SHARE", 0.2)
    counts = load()
    corrections = EvidenceItem.objects.filter(supersedes__isnull=False)
    assert counts["corrections"] == corrections.count() > 0
    for item in corrections.select_related("supersedes"):
        assert item.reason
        assert item.level != item.supersedes.level
        assert item.source_id == item.supersedes.source_id


def test_second_load_writes_nothing(version):
    load()
    before, entries = written(), AuditEntry.objects.count()
    assert set(load().values()) == {0}
    assert written() == before
    assert AuditEntry.objects.count() == entries


def test_same_day_same_people(version, django_db_blocker):
    from django.db import transaction

    drawn = []
    for _ in range(2):
        mark = transaction.savepoint()
        load()
        drawn.append(written())
        transaction.savepoint_rollback(mark)
    assert drawn[0] == drawn[1]
    assert drawn[0][0]


def test_one_entry_tells_of_the_whole(version):
    seen = []
    load(progress=lambda done, total: seen.append((done, total)))
    entry = AuditEntry.objects.get(verb="programme.students_loaded")
    assert entry.after["students"] == 2 * SIZE
    assert entry.after["evidence"] == EvidenceItem.objects.filter(supersedes__isnull=True).count()
    assert seen == [(1, 1)]


def test_students_of_the_tour_take_the_first_places(version, monkeypatch):
    person = make_user(role="student", at=version.programme.organisation, email="tour@demo.invalid", is_synthetic=True)
    real = load_demo_students.__globals__["data_yaml"]
    people = {"people": [{"programme": "TEST01", "roles": ["student"], "login": "tour@demo.invalid", "engineer_type": "research_engineer"}]}
    monkeypatch.setitem(load_demo_students.__globals__, "data_yaml", lambda path: people if path.endswith("people.yaml") else real(path))
    load()
    enrolment = person.enrolments.get()
    # One year of study: the tour's class is the one in its first year.
    assert (enrolment.class_year, enrolment.goal_id) == (2027, "research_engineer")
    assert Enrolment.objects.count() == 2 * SIZE
