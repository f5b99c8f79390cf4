"""A small nation with everything in it that an operation of the API can find."""

import datetime as dt
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client

from sheber.apps.programmes.models import Assessment, Enrolment, ProgrammeVersion
from sheber.apps.programmes.tests.factories import make_plan, make_reference, make_version
from sheber.spine.competences.models import Competence, Occupation, Profile, ProfileTarget
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import User
from sheber.spine.people.tests.factories import make_user


@dataclass
class Nation:
    """Two universities; the programme, its draft, the assessment and the evidence are at the first."""

    faculty: Organisation
    elsewhere: Organisation
    people: dict[str, User]
    version: ProgrammeVersion
    draft: ProgrammeVersion
    assessment: Assessment
    item: EvidenceItem

    def client(self, who: str) -> Client:
        client = Client()
        if who:
            client.force_login(self.people[who])
        return client

    @property
    def address(self) -> str:
        return f"/api/v1/programmes/{self.version.programme.code}/versions"


def build() -> Nation:
    root = make_root()
    ours, theirs = make_organisation(code="OURS"), make_organisation(code="THEIRS")
    faculty = make_organisation(parent=ours, kind="faculty", code="OURS-F")
    framework = make_reference()
    roles = {"director": ("programme_director", faculty), "student": ("student", faculty), "analyst": ("ministry_analyst", root),
             "neighbour": ("programme_director", theirs), "administrator": ("administrator", root), "teacher": ("teacher", faculty)}
    people = {name: make_user(role=role, at=place, email=f"{name}@example.invalid") for name, (role, place) in roles.items()}
    people["nobody"] = make_user(email="nobody@example.invalid")
    plan = make_plan(code="6B99001")
    version = make_version(organisation=faculty, plan=plan, status="published")
    draft = make_version(organisation=faculty, plan=make_plan(code="6B99001", version="2027.1"))
    occupation(framework)
    return Nation(faculty, theirs, people, version, draft, *study(people, version, "student"))


def study(people: dict[str, User], version: ProgrammeVersion, who: str) -> tuple[Assessment, EvidenceItem]:
    """The person studies the version and was assessed once."""
    Enrolment.objects.create(student=people[who], version=version, entry_year=2025, class_year=2026, goal_id="technician")
    piece = Assessment.objects.create(course=version.courses.order_by("pk")[0], kind="exam", title={"en": "Exam"},
                                      held_on=dt.date(2026, 1, 20), assessor=people["teacher"])
    item = make_evidence(person=people[who], competence=Competence.objects.get(framework=version.framework, code="1.1"), level=2.5,
                         assessor=people["teacher"], assessor_rule="", source_kind="programmes.assessment", source_id=str(piece.pk))
    return piece, item


def occupation(framework) -> None:
    """Two occupations of one type with profiles that differ."""
    for n, soc in enumerate(("17-2141.00", "17-2151.00")):
        made = Occupation.objects.create(soc=soc, title={"en": f"Occupation {n}"}, engineer_type_id="line_engineer")
        profile = Profile.objects.create(kind="occupation", version="1", framework=framework, engineer_type_id="line_engineer",
                                         occupation=made, status="draft", attribution="O*NET")
        ProfileTarget.objects.bulk_create([
            ProfileTarget(profile=profile, competence=item, level=2 + n, level_low=1.5 + n, level_high=2.5 + n, weight=0.5, element_count=3)
            for item in framework.competences.all()])
        Profile.objects.filter(pk=profile.pk).update(status="published")


@pytest.fixture
def nation(db) -> Nation:
    return build()


@pytest.fixture(scope="module")
def lasting_nation(django_db_setup, django_db_blocker):
    """One nation for a module; a test marked ``django_db`` gives back what it changed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)

