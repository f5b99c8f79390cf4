"""The students of the demonstration, what they were assessed in, and the evidence of it: drawn by lot, all marked synthetic."""

import datetime as dt
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from sheber.apps.programmes.models import Assessment, Course, Enrolment, ProgrammeVersion
from sheber.apps.programmes.queries import VersionRow, latest_version, version_plan
from sheber.apps.programmes.queries.assessments import SOURCE_KIND
from sheber.apps.programmes.rules import demo_assessments as words
from sheber.apps.programmes.rules import demo_students as lots
from sheber.apps.programmes.rules.study import academic_year
from sheber.engines.curriculum.plan import Plan
from sheber.kit.localised import LocalisedText
from sheber.kit.seeding import data_yaml
from sheber.spine.audit import services as audit
from sheber.spine.competences.profiles import engineer_types, item_rows
from sheber.spine.evidence.services import NewItem, evidence_record_many, evidence_supersede
from sheber.spine.people.models import RoleAssignment, User

SEED: Final = 20261
OTHER_GOAL_SHARE: Final = 0.12
PERSONA_YEAR: Final = 3
"""Year of study in which the students of the tour are, or the last year of a shorter programme."""

TOUR_CORRECTIONS: Final = 2

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _House:
    """A programme with the people who assess in it."""

    version: VersionRow
    plan: Plan
    course_ids: Mapping[str, int]
    item_ids: Mapping[str, int]
    teachers: tuple[int, ...]
    engineers: tuple[int, ...]
    personas: tuple[tuple[int, str], ...]
    goals: tuple[str, ...]


def load_demo_students(*, actor: audit.Actor = None, today: dt.date | None = None, progress: Progress | None = None,
                       codes: Sequence[str] = tuple(lots.LAGS), class_size: int | None = None) -> dict[str, int]:
    """Add students, assessments and evidence to the demonstration's programmes that have no students yet.

    Needs the programmes, the people and the frameworks. Two loads for one day write the same; a second load writes nothing. Each
    programme is one transaction with an entry in the record of changes. ``class_size`` makes every class so large, for tests;
    ``progress`` is called with the programmes done and their number. Returns how many rows were added, by table.
    """
    day = today or timezone.localdate()
    written = {"teachers": 0, "students": 0, "assessments": 0, "evidence": 0, "corrections": 0}
    versions = [row for row in map(latest_version, codes) if row is not None and row.is_synthetic]
    first = 1
    for done, version in enumerate(versions, start=1):
        plan = version_plan(version.id)
        groups = lots.classes(plan, today=day, years=version.years)
        if class_size is not None:
            groups = tuple(replace(group, size=class_size) for group in groups)
        if not Enrolment.objects.filter(version_id=version.id).exists():
            for table, count in _load(version, plan, groups, first=first, today=day, actor=actor).items():
                written[table] += count
        first += sum(group.size for group in groups)
        if progress is not None:
            progress(done, len(versions))
    return written


@transaction.atomic
def _load(version: VersionRow, plan: Plan, groups: Sequence[lots.DemoClass], *, first: int, today: dt.date,
          actor: audit.Actor) -> dict[str, int]:
    pool = data_yaml("demo/names.yaml")
    teachers, added = _teachers(version, pool)
    house = _House(
        version=version, plan=plan, course_ids=dict(Course.objects.filter(version_id=version.id).values_list("code", "pk")),
        item_ids={item.code: item.id for item in item_rows(version.framework_id)}, teachers=teachers,
        engineers=_engineers(version), personas=_personas(version.code), goals=tuple(kind.code for kind in engineer_types()))
    total = {"teachers": added, "students": 0, "assessments": 0, "evidence": 0, "corrections": 0}
    years_in = min(PERSONA_YEAR, version.years)
    for group in groups:
        lot = np.random.default_rng([SEED, zlib.crc32(plan.code.encode()), group.entry_year])
        is_tour = academic_year(today) - group.entry_year + 1 == years_in
        personas = house.personas if is_tour else ()
        people = _students(house, group, pool, first=first, lot=lot, personas=personas)
        first += group.size
        total["students"] += len(people)
        for table, count in _evidence(house, group, people, today=today, lot=lot, actor=actor, tour=len(personas)).items():
            total[table] += count
    audit.record(actor=actor, verb="programme.students_loaded", target=("programmes.programmeversion", version.id),
                 scope_path=version.organisation_path, after={"code": version.code, "version": version.version, "synthetic": True, **total})
    return total


def _teachers(version: VersionRow, pool: Any) -> tuple[tuple[int, ...], int]:
    """The teachers of the faculty, those of the tour and a few invented here once, and how many were added now."""
    faculty = version.organisation_code.lower()
    emails = [f"teacher.{faculty}.{n}@demo.invalid" for n in range(1, words.TEACHERS_PER_UNIVERSITY + 1)]
    added = 0
    if not User.objects.filter(email__in=emails).exists():
        added = len(emails)
        lot = np.random.default_rng([SEED, zlib.crc32(faculty.encode())])
        names = lots.draw_names(pool, size=len(emails), rng=lot)
        nobody = make_password(None)
        made = User.objects.bulk_create([
            User(email=email, name=LocalisedText(kk=name.kk, ru=name.ru, en=name.en), password=nobody, language="kk", is_synthetic=True)
            for email, name in zip(emails, names, strict=True)])
        RoleAssignment.objects.bulk_create([
            RoleAssignment(user=one, role="teacher", organisation_id=version.organisation_id) for one in made])
    held = RoleAssignment.objects.filter(role="teacher", organisation_id=version.organisation_id, user__is_synthetic=True)
    return tuple(held.order_by("user_id").values_list("user_id", flat=True)), added


def _engineers(version: VersionRow) -> tuple[int, ...]:
    """Engineers of enterprises in the sectors of the programme, else of any."""
    sectors = ProgrammeVersion.objects.values_list("sectors", flat=True).get(pk=version.id)
    held = RoleAssignment.objects.filter(role="enterprise_engineer", user__is_synthetic=True).order_by("user_id")
    near = tuple(held.filter(organisation__sector_id__in=sectors).values_list("user_id", flat=True))
    return near or tuple(held.values_list("user_id", flat=True))


def _personas(code: str) -> tuple[tuple[int, str], ...]:
    """Students of the tour who study this programme, with the engineer type each aims at."""
    rows = [row for row in data_yaml("demo/people.yaml")["people"] if row.get("programme") == code and "student" in row["roles"]]
    known = dict(User.objects.filter(email__in=[row["login"] for row in rows]).values_list("email", "pk"))
    return tuple((known[row["login"]], row["engineer_type"]) for row in rows if row["login"] in known)


def _students(house: _House, group: lots.DemoClass, pool: Any, *, first: int, lot: np.random.Generator,
              personas: Sequence[tuple[int, str]]) -> list[int]:
    """People of a class, the students of the tour in its first places; enrolled, with the role at the faculty. Ids in order."""
    names = lots.draw_names(pool, size=group.size, rng=lot)
    own = house.version.engineer_type.code
    others = [kind for kind in house.goals if kind != own] or [own]
    goals = [others[k] if other else own for other, k in zip(
        lot.random(group.size) < OTHER_GOAL_SHARE, lot.integers(len(others), size=group.size), strict=True)]
    nobody = make_password(None)
    begins, ends = dt.date(group.entry_year, 9, 1), None if group.is_active else dt.date(group.class_year, 8, 31)
    drawn = User.objects.bulk_create([
        User(email=f"s{first + n:05d}@demo.invalid", name=LocalisedText(kk=name.kk, ru=name.ru, en=name.en), password=nobody,
             language=("kk", "ru")[n % 3 == 2], is_synthetic=True)
        for n, name in enumerate(names) if n >= len(personas)], batch_size=500)
    people = [*(pk for pk, _goal in personas), *(person.pk for person in drawn)][:group.size]
    aims = [*(goal for _pk, goal in personas), *goals[len(personas):]][:group.size]
    RoleAssignment.objects.bulk_create([
        RoleAssignment(user_id=pk, role="student", organisation_id=house.version.organisation_id, starts_on=begins, ends_on=ends)
        for pk in people], ignore_conflicts=True, batch_size=500)  # the tour's students hold the role already
    Enrolment.objects.bulk_create([
        Enrolment(student_id=pk, version_id=house.version.id, entry_year=group.entry_year, class_year=group.class_year, goal_id=goal,
                  is_active=group.is_active, is_synthetic=True) for pk, goal in zip(people, aims, strict=True)], batch_size=500)
    return people


def _held_on(group: lots.DemoClass, code: str, last_day: dt.date) -> dt.date:
    """Assessments lie in the fortnight before the end of the term, each course on a day of its own."""
    return last_day - dt.timedelta(days=zlib.crc32(f"{code}{group.entry_year}".encode()) % 14)


def _evidence(house: _House, group: lots.DemoClass, people: Sequence[int], *, today: dt.date, lot: np.random.Generator,
              actor: audit.Actor, tour: int) -> dict[str, int]:
    """One assessment a course with its items; a level that was recorded wrongly is superseded by the right one."""
    shown = list(lots.levels_shown(house.plan, group, today=today, rng=lot))
    for one in shown[-TOUR_CORRECTIONS:]:  # so that whoever takes the tour meets a correction
        one.corrected[:tour] |= ~np.isnan(one.levels[:tour])
    courses = {course.code: course for course in house.plan.courses}
    assessors = {code: _assessor(house, group, code) for code in {one.course for one in shown}}
    held = {one.course: _held_on(group, one.course, one.held_on) for one in shown}
    made = Assessment.objects.bulk_create([
        Assessment(course_id=house.course_ids[code], kind=words.kind_of(courses[code]), held_on=day, assessor_id=assessors[code],
                   title=LocalisedText.of(words.title_of(courses[code])), is_synthetic=True) for code, day in held.items()], batch_size=500)
    sources = {code: str(one.pk) for code, one in zip(held, made, strict=True)}
    items: list[NewItem] = []
    wrong: list[tuple[int, float]] = []
    for one in shown:
        setting = "workplace" if words.is_placement(courses[one.course]) else "course"
        for place, level, corrected in _levels(one):
            if corrected:
                wrong.append((len(items), level))
            first_level = level if not corrected else level - 1.0 if level >= 2.0 else level + 1.0
            items.append(NewItem(
                person_id=people[place], competence_id=house.item_ids[one.item], level=first_level, setting=setting,
                observed_on=held[one.course], source_kind=SOURCE_KIND, source_id=sources[one.course],
                assessor_id=assessors[one.course], is_synthetic=True))
    recorded = evidence_record_many(actor=actor, items=items, reason="demonstration", scope_path=house.version.organisation_path)
    for n, (at, level) in enumerate(wrong):
        reasons = words.CORRECTIONS["kk" if n % 2 else "ru"]
        day = min(items[at].observed_on + dt.timedelta(days=5 + n % 11), today)
        evidence_supersede(actor=actor, item_id=recorded.ids[at], level=level, reason=reasons[n // 2 % len(reasons)], observed_on=day)
    return {"assessments": len(made), "evidence": len(items), "corrections": len(wrong)}


def _levels(one: lots.Shown) -> Iterator[tuple[int, float, bool]]:
    """Place of a student, level shown, whether it was recorded wrongly at first; the unassessed are left out."""
    for place in np.flatnonzero(~np.isnan(one.levels)):
        yield int(place), float(one.levels[place]), bool(one.corrected[place])


def _assessor(house: _House, group: lots.DemoClass, code: str) -> int:
    course = next(each for each in house.plan.courses if each.code == code)
    from_industry = words.is_placement(course) and house.engineers
    people = house.engineers if from_industry else house.teachers
    return people[zlib.crc32(f"{code}{group.entry_year if from_industry else ''}".encode()) % len(people)]
