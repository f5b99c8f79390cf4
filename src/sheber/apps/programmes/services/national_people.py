"""Organisations and people of one synthetic university: faculties, departments, staff, students, roles, enrolments."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from sheber.apps.programmes.models import Enrolment
from sheber.apps.programmes.rules import demo_students, national_words
from sheber.apps.programmes.rules import national as lots
from sheber.apps.programmes.services.demo_students import OTHER_GOAL_SHARE
from sheber.spine.organisations.models import Organisation
from sheber.spine.people.models import RoleAssignment, User

from .national_bulk import next_id, write
from .national_templates import Made

STAFF: Final = ("administrator", "quality_officer", "programme_director", "careers_officer")
NOBODY: Final = f"{UNUSABLE_PASSWORD_PREFIX}synthetic"
"""No password fits it; one text for all, so that two builds are alike."""
FIRST_PERSONA: Final = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the tree."""

    id: int
    path: str


@dataclass(frozen=True, slots=True)
class House:
    """The nodes of a university: itself, and the departments by faculty."""

    university: Place
    departments: tuple[tuple[Place, ...], ...]

    def department(self, faculty: int, template: int) -> Place:
        found = self.departments[faculty]
        return found[template % len(found)]


@dataclass(frozen=True, slots=True)
class Class:
    """Students of one class, by id in the order of their enrolment."""

    entry_year: int
    people: range


def organisations_write(one: lots.NationalUniversity, *, root: Place, region: Any) -> House:
    """Write the university with its faculties and departments."""
    first = next_id(Organisation)
    code = national_words.university_code(one.number)
    rows: list[dict[str, Any]] = []

    def add(kind: str, suffix: str, name: Mapping[str, str], parent: Place, short: Mapping[str, str] | None = None) -> Place:
        place = Place(first + len(rows), f"{parent.path}{first + len(rows)}/")
        rows.append({"id": place.id, "code": f"{code}{suffix}", "kind": kind, "name": dict(name), "short_name": dict(short or {}),
                     "parent_id": parent.id, "path": place.path, "region_id": region.pk, "city": {}, "about": {}})
        return place

    university = add("university", "", national_words.university_name(one.number, region.name), root,
                     national_words.university_short(one.number))
    departments = []
    for f, faculty in enumerate(national_words.FACULTIES, start=1):
        node = add("faculty", f"-F{f}", faculty, university)
        departments.append(tuple(add("department", f"-F{f}D{d}", name, node)
                                 for d, name in enumerate(national_words.DEPARTMENTS, start=1)))
    write(Organisation, len(rows), {**{name: [row[name] for row in rows] for name in rows[0]}, "country": "KZ", "is_fictional": True,
                                    "is_synthetic": True})
    return House(university, tuple(departments))


def staff_write(one: lots.NationalUniversity, house: House, *, pool: Any) -> dict[str, list[int]]:
    """Write the staff with their roles. Ids by role; teachers stand at the departments in turn."""
    lot = np.random.default_rng([lots.SEED, 3, one.number])
    roles = [*STAFF, *["teacher"] * one.teachers]
    names = _names(pool, len(roles), lot)
    first = next_id(User)
    code, short = national_words.university_code(one.number).lower(), national_words.university_short(one.number)
    emails = [f"{code}.{role}@demo.invalid" if role != "teacher" else f"{code}.t{n:04d}@demo.invalid"
              for n, role in enumerate(roles, start=1 - len(STAFF))]
    is_tour = one.number == 1
    tour = {role: n for n, role in enumerate(("administrator", "quality_officer", "programme_director", "teacher"))} if is_tour else {}
    orders: list[int | None] = []
    for role in roles:
        orders.append(FIRST_PERSONA + tour.pop(role) if role in tour else None)
    shown = [name if role not in national_words.ROLES else {
        language: f"{name[language]}, {national_words.ROLES[role][language].format(short[language])}" for language in name}
        for name, role in zip(names, roles, strict=True)]
    write(User, len(roles), {
        "id": range(first, first + len(roles)), "email": emails, "name": shown, "password": NOBODY, "language": _languages(len(roles)),
        "is_synthetic": True, "persona_order": orders,
        "persona_note": [{} if order is None else dict(national_words.STORIES[role]) for role, order in zip(roles, orders, strict=True)]})
    nodes = [place.id for faculty in house.departments for place in faculty]
    at = [nodes[n % len(nodes)] if role == "teacher" else house.university.id for n, role in enumerate(roles)]
    _roles_write(range(first, first + len(roles)), roles, at, None, None)
    found: dict[str, list[int]] = {}
    for n, role in enumerate(roles):
        found.setdefault(role, []).append(first + n)
    return found


def students_write(one: lots.NationalUniversity, programme: lots.NationalProgramme, made: Made, department: Place, *, pool: Any,
                   goals: Sequence[str], day: dt.date, first_number: int) -> list[Class]:
    """Write the classes of a programme: people, their role at the department, their enrolment. Oldest class first."""
    lot = np.random.default_rng([lots.SEED, 4, one.number, ord(programme.letter)])
    years = made.template.years
    size = sum(programme.sizes)
    first = next_id(User)
    people = range(first, first + size)
    code = national_words.university_code(one.number).lower()
    entries = np.repeat(lots.entry_years(day, years), programme.sizes).tolist()
    is_active = [entry + years > max(lots.entry_years(day, years)) for entry in entries]
    is_tour = one.number == 1 and programme.letter == "A"
    shown = next((n for n, entry in enumerate(entries) if entry == entries[-1] - 2), 0) if is_tour and size else -1
    write(User, size, {
        "id": people, "email": [f"{code}.s{first_number + n:05d}@demo.invalid" for n in range(size)], "name": _names(pool, size, lot),
        "password": NOBODY, "language": _languages(size), "is_synthetic": True,
        "persona_order": [FIRST_PERSONA + 4 if n == shown else None for n in range(size)],
        "persona_note": [dict(national_words.STORIES["student"]) if n == shown else {} for n in range(size)]})
    own = made.template.engineer_type
    others = [goal for goal in goals if goal != own] or [own]
    aims = [others[k] if is_other else own for is_other, k in zip(
        (lot.random(size) < OTHER_GOAL_SHARE).tolist(), lot.integers(len(others), size=size).tolist(), strict=True)]
    leaves = [entry + years for entry in entries]
    _roles_write(people, ["student"] * size, [department.id] * size, [dt.date(entry, 9, 1) for entry in entries],
                 [None if active else dt.date(year, 8, 31) for active, year in zip(is_active, leaves, strict=True)])
    first_enrolment = next_id(Enrolment)
    write(Enrolment, size, {"id": range(first_enrolment, first_enrolment + size), "student_id": people, "version_id": made.version_id,
                            "entry_year": entries, "class_year": leaves, "goal_id": aims, "is_active": is_active, "is_synthetic": True})
    classes, at = [], first
    for entry, count in zip(lots.entry_years(day, years), programme.sizes, strict=True):
        classes.append(Class(entry, range(at, at + count)))
        at += count
    return classes


def _roles_write(people: range, roles: list[str], at: list[int], starts: list[Any] | None, ends: list[Any] | None) -> None:
    first = next_id(RoleAssignment)
    write(RoleAssignment, len(people), {"id": range(first, first + len(people)), "user_id": people, "role": roles, "organisation_id": at,
                                        "starts_on": starts, "ends_on": ends})


def _names(pool: Any, size: int, lot: np.random.Generator) -> list[dict[str, str]]:
    return [{"kk": name.kk, "ru": name.ru, "en": name.en} for name in demo_students.draw_names(pool, size=size, rng=lot)]


def _languages(size: int) -> list[str]:
    return [("kk", "ru")[n % 3 == 2] for n in range(size)]
