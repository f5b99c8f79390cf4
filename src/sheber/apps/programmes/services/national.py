"""A synthetic nation for measuring at the size of a country: 54 universities, 100,000 students, ten million items of evidence.

Built university by university, each in one transaction: a build that was stopped goes on with the next one, and the same scale on the
same day gives the same nation. Everything is marked synthetic. What the services would refuse is never written here: levels, dates,
assessors, published frameworks and the chain of changes are as they would be had people recorded them.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from sheber.apps.programmes.models import (
    Assessment,
    Course,
    Enrolment,
    LearningOutcome,
    MatrixCell,
    Programme,
    ProgrammeVersion,
    Requisite,
    Term,
)
from sheber.apps.programmes.rules import national as lots
from sheber.apps.programmes.rules import national_words
from sheber.kit.seeding import data_yaml
from sheber.spine.audit import services as audit
from sheber.spine.audit.models import AuditEntry
from sheber.spine.competences.profiles import engineer_types
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.organisations.models import Organisation, Region
from sheber.spine.people.models import RoleAssignment, User

from . import national_bulk as bulk
from .national_evidence import Ledger, class_write, ledger_close
from .national_people import Place, organisations_write, staff_write, students_write
from .national_templates import Template, programmes_write, templates

BEGUN: Final = "programme.nation_begun"
LOADED: Final = "programme.university_loaded"
WRITTEN: Final = (Organisation, User, RoleAssignment, Programme, ProgrammeVersion, Term, Course, Requisite, LearningOutcome, MatrixCell,
                  Enrolment, Assessment, EvidenceItem)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: students and universities done and in all, items written by this run, seconds since it began."""

    universities: int
    all_universities: int
    students: int
    all_students: int
    items: int
    seconds: float
    step: str = ""


Told = Callable[[Progress], None]


class OtherNationError(ValueError):
    """This database holds a nation of another scale; ``scale`` is its scale."""

    def __init__(self, scale: float) -> None:
        super().__init__(f"this database holds the synthetic nation at scale {scale}")
        self.scale = scale


def load_national(*, scale: float, today: dt.date | None = None, progress: Told | None = None) -> dict[str, int]:
    """Add the universities that are not there yet. Needs the demonstration. Returns the rows added, by what they are.

    A build that goes on keeps the day of the one that began. Raises ``ValueError`` for a scale outside (0, 1] and
    :class:`OtherNationError`.
    """
    wanted = lots.nation(scale)
    day = _begun(wanted, today or timezone.localdate())
    kinds, regions = templates(), tuple(Region.objects.order_by("code"))
    planned = lots.universities(wanted, templates=[one.years for one in kinds], regions=len(regions))
    standing = set(Organisation.objects.values_list("code", flat=True))
    missing = [one for one in planned if national_words.university_code(one.number) not in standing]
    total = {"universities": 0, "programmes": 0, "students": 0, "teachers": 0, "assessments": 0, "evidence": 0, "corrections": 0}
    if not missing and not bulk.is_loose():
        return total
    begun, done = time.monotonic(), sum(one.students for one in planned) - sum(one.students for one in missing)

    def tell(students: int, universities: int, step: str = "") -> None:
        if progress is not None:
            progress(Progress(universities, len(planned), students, wanted.students, total["evidence"], time.monotonic() - begun, step))

    def told_of(before: int, universities: int, students: int) -> None:
        tell(before + students, universities)

    bulk.tune()
    try:
        if missing:
            bulk.loosen(EvidenceItem._meta.db_table)
        for n, one in enumerate(missing):
            first = len(planned) - len(missing) + n
            counts = _university(one, kinds, regions[one.region], day, partial(told_of, done, first))
            done += one.students
            for name, count in counts.items():
                total[name] += count
            tell(done, first + 1)
        bulk.tighten(WRITTEN, told=lambda statement: tell(done, len(planned), statement))
    finally:
        bulk.untune()
    return total


@transaction.atomic
def _begun(wanted: lots.Nation, today: dt.date) -> dt.date:
    """The day of the nation; the first build writes it into the record of changes."""
    first = AuditEntry.objects.filter(verb=BEGUN).order_by("sequence").values_list("after", flat=True).first()
    if first is None:
        audit.record(actor=None, verb=BEGUN, target=("organisations.organisation", "KZ"), after={
            "scale": str(wanted.scale), "universities": wanted.universities, "students": wanted.students, "seed": lots.SEED, "day": today,
            "synthetic": True})
        return today
    if float(first["scale"]) != wanted.scale:
        raise OtherNationError(float(first["scale"]))
    return dt.date.fromisoformat(first["day"])


@transaction.atomic
def _university(one: lots.NationalUniversity, kinds: tuple[Template, ...], region: Region, day: dt.date,
                tell: Callable[[int], None]) -> dict[str, int]:
    """One university, all or nothing."""
    pool: Any = data_yaml("demo/names.yaml")
    goals = [kind.code for kind in engineer_types()]
    root_id, root_path = Organisation.objects.values_list("pk", "path").get(code="KZ")
    house = organisations_write(one, root=Place(root_id, root_path), region=region)
    staff = staff_write(one, house, pool=pool)
    departments = [house.department(programme.faculty, programme.template) for programme in one.programmes]
    made = programmes_write(one.programmes, kinds, number=one.number, places=[(place.id, place.path) for place in departments], day=day)
    ledger, students = Ledger.opened(), 0
    for programme, version, department in zip(one.programmes, made, departments, strict=True):
        classes = students_write(one, programme, version, department, pool=pool, goals=goals, day=day, first_number=students + 1)
        for group in classes:
            class_write(version, group, staff["teacher"], ledger, number=one.number, letter=programme.letter, day=day)
            students += len(group.people)
            tell(students)
    counts = {"programmes": len(made), "students": students, "teachers": len(staff["teacher"]), "assessments": ledger_close(ledger),
              "evidence": ledger.items, "corrections": ledger.corrections}
    audit.record(actor=None, verb=LOADED, target=("organisations.organisation", house.university.id), scope_path=house.university.path,
                 after={"code": national_words.university_code(one.number), "synthetic": True, **counts})
    return {"universities": 1, **counts}
