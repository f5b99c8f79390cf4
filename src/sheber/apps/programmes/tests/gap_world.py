"""A gap small enough to be worked by hand: four items, one type, two occupations, three courses, a class of three and one of two."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sheber.apps.programmes.models import ProgrammeVersion
from sheber.apps.programmes.services import import_programme
from sheber.engines.curriculum.plan import Cell, Course, Plan, Requisite, Term
from sheber.spine.competences.models import Competence, EngineerType, Framework, Occupation, Profile, ProfileTarget
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.models import User
from sheber.spine.people.tests.factories import make_user

from .factories import make_student

TODAY = dt.date(2026, 6, 30)
ATTRIBUTION = "This page includes invented occupation data, used under an invented licence that asks to be named."
TARGETS = {"1.1": (3.0, 0.4), "2.1": (4.0, 0.3), "3.3": (2.0, 0.2), "4.2": (3.0, 0.1)}
"""Required level and weight of each item in the profile of the technician."""
OCCUPATIONS = {                                            # level, low, high, number of elements of the source
    "11-1111.00": {"1.1": (4.0, 3.5, 4.5, 5), "2.1": (2.2, 2.0, 2.4, 5), "3.3": (5.0, 5.0, 5.0, 9), "4.2": (3.0, 2.5, 3.5, 2)},
    "22-2222.00": {"1.1": (2.0, 1.5, 2.5, 5), "2.1": (2.0, 1.8, 2.2, 5), "3.3": (1.0, 1.0, 1.0, 9), "4.2": (None, None, None, 2)},
}
LEVELS = {2026: ({"1.1": 2.0, "2.1": 1.0, "4.2": 5.0}, {"1.1": 3.0, "2.1": 1.0, "4.2": 5.0}, {"1.1": 4.0, "2.1": 1.5}),
          2027: ({"1.1": 5.0}, {})}
"""What each student of a class has shown, one item of evidence each; 3.3 was never assessed."""


@dataclass(frozen=True, slots=True)
class GapWorld:
    """What was made, by name."""

    organisation: Organisation
    version: ProgrammeVersion
    items: dict[str, Competence]
    people: dict[int, list[User]]

    @property
    def address(self) -> str:
        return f"/programmes/{self.version.programme.code}/{self.version.version}/"


def gap_plan(**fields: Any) -> Plan:
    """B raises 1.1 to 3; C uses 4.2 at 4, which nobody teaches; 2.1 and 3.3 are introduced only."""
    courses = (
        Course("A", {"en": "Basics", "kk": "Негіздер"}, 30.0, 1, "basic", "lecture", 300, 0, 600,
               cells=(Cell("1.1", "T", 2), Cell("3.3", "I", 1))),
        Course("B", {"en": "Advanced", "ru": "Углубление"}, 30.0, 2, "major", "practice", 300, 0, 600,
               (Requisite("prerequisite", ("A",)),), (Cell("1.1", "U", 3), Cell("2.1", "I", 2))),
        Course("C", {"en": "Project"}, 30.0, 3, "major", "project", 300, 0, 600,
               (Requisite("prerequisite", ("B",)),), (Cell("4.2", "U", 4),)))
    given: dict[str, Any] = {
        "code": "GAP-1", "title": {"kk": "Бағдарлама", "ru": "Программа", "en": "Programme"}, "courses": courses,
        "terms": tuple(Term(n, (n + 1) // 2, "autumn" if n % 2 else "spring") for n in (1, 2, 3)), "version": "1",
        "engineer_type": "technician", "credits": 90.0, "hours_per_credit": 30, "term_load": (27.0, 30.0, 33.0),
        "details": {"degree": "applied_bachelor", "nqf": 5, "eqf": 5, "years": 2, "synthetic": True}}
    return Plan(**{**given, **fields})


def make_small_reference() -> dict[str, Competence]:
    """The framework, the technician and the occupations of this world."""
    framework = Framework.objects.create(code="CDIO", version="2.0", title={"en": "Small syllabus"}, status="draft")
    for place, code in enumerate(TARGETS):
        section = Competence.objects.create(framework=framework, code=code[0], title={"en": f"Section {code[0]}"}, depth=1,
                                            sort=place * 10)
        Competence.objects.create(framework=framework, parent=section, code=code, title={"en": f"Item {code}"}, depth=2,
                                  sort=place * 10 + 1)
    items = {one.code: one for one in framework.competences.filter(depth=2)}
    kind = EngineerType.objects.create(code="technician", title={"en": "Technician", "kk": "Техник", "ru": "Техник"}, sort=1)
    make_profile(items, kind=kind, targets={code: (level, None, None, None, weight) for code, (level, weight) in TARGETS.items()})
    for soc, levels in OCCUPATIONS.items():
        job = Occupation.objects.create(soc=soc, title={"en": f"Job {soc}"}, engineer_type=kind)
        make_profile(items, kind=kind, occupation=job, targets={code: (*four, 0.25) for code, four in levels.items()})
    Framework.objects.filter(pk=framework.pk).update(status="published")
    return items


def make_profile(items, *, kind, targets, occupation=None, version="1.0"):
    """A published profile; a target is level, low, high, number of elements and weight."""
    profile = Profile.objects.create(
        kind="occupation" if occupation else "engineer_type", engineer_type=kind, occupation=occupation, version=version,
        framework=next(iter(items.values())).framework, status="draft", attribution=ATTRIBUTION if occupation else "",
        sources=["O*NET 29.0"] if occupation else ["OWN"], status_of_fact="proposed")
    ProfileTarget.objects.bulk_create([
        ProfileTarget(profile=profile, competence=items[code], level=level, level_low=low, level_high=high, element_count=count,
                      weight=weight)
        for code, (level, low, high, count, weight) in targets.items()])
    Profile.objects.filter(pk=profile.pk).update(status="published")
    return profile


def make_gap_world(*, plan: Plan | None = None, students: bool = True) -> GapWorld:
    """All of it. The class of 2026 has left, the class of 2027 studies."""
    items = make_small_reference()
    organisation = make_organisation()
    report = import_programme(plan=plan or gap_plan(), organisation=organisation, actor=None)
    version = ProgrammeVersion.objects.get(pk=report.version_id)
    people: dict[int, list[User]] = {}
    for year, class_levels in LEVELS.items() if students else ():
        for place, levels in enumerate(class_levels):
            user = make_user(name={"en": f"Student {year} {place}"})
            make_student(version=version, class_year=year, entry_year=year - 2, is_active=year > 2026, user=user)
            for code, level in levels.items():
                make_evidence(person=user, competence=items[code], level=level, observed_on=dt.date(2026, 1, 15))
            people.setdefault(year, []).append(user)
    return GapWorld(organisation, version, items, people)
