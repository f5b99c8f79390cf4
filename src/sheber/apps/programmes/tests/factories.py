"""Programmes for tests: the reference facts they need, and plans small enough to read."""

import datetime as dt
from itertools import count
from typing import Any

from sheber.apps.programmes.models import Assessment, Enrolment, ProgrammeVersion
from sheber.apps.programmes.models import Course as CourseModel
from sheber.apps.programmes.rules.targets import engineer_type_targets
from sheber.apps.programmes.services import import_programme
from sheber.engines.curriculum.plan import Cell, Course, Outcome, Plan, Requisite, Term
from sheber.spine.competences.models import Competence, EngineerType, Framework, Profile, ProfileTarget
from sheber.spine.organisations.models import Organisation
from sheber.spine.people.models import User
from sheber.spine.people.tests.factories import make_user

_number = count(1)
TERMS = (Term(1, 1, "autumn"), Term(2, 1, "spring"))


def make_reference() -> Framework:
    """CDIO Syllabus 2.0 down to the second level and the four engineer types, made once in a test."""
    standing = Framework.objects.filter(code="CDIO", version="2.0").first()
    if standing:
        return standing
    framework = Framework.objects.create(code="CDIO", version="2.0", title={"en": "CDIO Syllabus"}, status="draft")
    targets = engineer_type_targets()
    items = sorted({item for levels in targets.values() for item in levels})
    Competence.objects.bulk_create([Competence(framework=framework, code=code, title={"en": f"Item {code}"}, depth=2, sort=place)
                                    for place, code in enumerate(items)])
    for place, code in enumerate(targets):
        kind = EngineerType.objects.create(code=code, title={"en": code}, sort=place)
        profile = Profile.objects.create(kind="engineer_type", version="1", framework=framework, engineer_type=kind, status="draft")
        competences = {each.code: each for each in framework.competences.all()}
        ProfileTarget.objects.bulk_create([ProfileTarget(profile=profile, competence=competences[item], level=level, weight=0.5)
                                           for item, level in targets[code].items()])
        Profile.objects.filter(pk=profile.pk).update(status="published")
    Framework.objects.filter(pk=framework.pk).update(status="published")
    framework.refresh_from_db()
    return framework


def make_plan(**fields: Any) -> Plan:
    """Two terms of 30 credits; MAT2 needs MAT1; no error, but far from the targets."""
    courses = (
        Course("MAT1", {"kk": "Математика 1", "ru": "Математика 1", "en": "Mathematics 1"}, 30.0, 1, "basic", "lecture", 300, 0, 600,
               cells=(Cell("1.1", "T", 2),), outcomes=(Outcome("LO1", {"en": "Solve."}),)),
        Course("MAT2", {"kk": "Математика 2", "ru": "Математика 2", "en": "Mathematics 2"}, 30.0, 2, "major", "practice", 300, 0, 600,
               (Requisite("prerequisite", ("MAT1",)),), (Cell("1.1", "U", 3), Cell("2.1", "I", 1)), frozenset({"industrial_practice"})))
    given: dict[str, Any] = {
        "code": f"6B{next(_number):05d}", "title": {"kk": "Бағдарлама", "ru": "Программа", "en": "Programme"}, "courses": courses,
        "terms": TERMS, "version": "2026.1", "engineer_type": "technician", "credits": 60.0, "hours_per_credit": 30,
        "term_load": (27.0, 30.0, 33.0), "details": {"degree": "applied_bachelor", "nqf": 5, "eqf": 5, "years": 1, "synthetic": True}}
    return Plan(**{**given, **fields})


def make_version(*, organisation: Organisation, plan: Plan | None = None, status: str = "draft") -> ProgrammeVersion:
    """A version in the database."""
    make_reference()
    report = import_programme(plan=plan or make_plan(), organisation=organisation, actor=None)
    ProgrammeVersion.objects.filter(pk=report.version_id).update(status=status)
    return ProgrammeVersion.objects.get(pk=report.version_id)


def make_assessment(*, course: CourseModel, held_on: dt.date = dt.date(2026, 1, 14), assessor: User | None = None,
                    **fields: Any) -> Assessment:
    """An exam of a course."""
    fields.setdefault("title", {"en": f"Exam in {course.code}"})
    fields.setdefault("kind", "exam")
    return Assessment.objects.create(course=course, held_on=held_on, assessor=assessor or make_user(), **fields)


def make_student(*, version: ProgrammeVersion, class_year: int = 2028, entry_year: int = 2024, goal: str = "",
                 user: User | None = None, **fields: Any) -> Enrolment:
    """A student of a version with the role at its organisation; the goal is the version's own engineer type."""
    person = user or make_user(role="student", at=version.programme.organisation)
    return Enrolment.objects.create(student=person, version=version, class_year=class_year, entry_year=entry_year,
                                    goal_id=goal or version.engineer_type_id, **fields)
