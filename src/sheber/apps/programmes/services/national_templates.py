"""The demonstration's programmes as templates, and the synthetic programmes made from them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sheber.apps.programmes.models import Course, LearningOutcome, MatrixCell, Programme, ProgrammeVersion, Requisite, Term
from sheber.apps.programmes.queries import version_plans
from sheber.apps.programmes.rules import demo_assessments as words
from sheber.apps.programmes.rules import national as lots
from sheber.apps.programmes.rules import national_words
from sheber.apps.programmes.rules.checks import check_plan

from .national_bulk import next_id, write

ROOMS: Final = (Course, Requisite, LearningOutcome, MatrixCell, Term)


@dataclass(frozen=True, slots=True)
class Template:
    """A programme of the demonstration in columns. Courses are places 0 to n - 1; requisites its checks call wrong are left out."""

    code: str
    title: dict[str, str]
    years: int
    engineer_type: str
    version: Mapping[str, Any]
    courses: Mapping[str, list[Any]]
    terms: Mapping[str, list[Any]]
    requisites: Mapping[str, list[Any]]
    outcomes: Mapping[str, list[Any]]
    cells: Mapping[str, list[Any]]
    kinds: tuple[str, ...]
    finals: tuple[dict[str, str], ...]
    is_placement: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A programme that was written: its ids, and the cells that are assessed (all but the introduced ones)."""

    template: Template
    version_id: int
    code: str
    organisation_path: str
    first_course_id: int
    cell_course: lots.IntArray
    cell_competence: lots.IntArray
    cell_level: lots.IntArray


def templates() -> tuple[Template, ...]:
    """The demonstration's programmes by code; only synthetic ones."""
    found = ProgrammeVersion.objects.filter(programme__is_synthetic=True, replaces__isnull=True).exclude(programme__code__contains="-N")
    versions = sorted(found.select_related("programme"), key=lambda one: one.programme.code)
    plans = version_plans([one.pk for one in versions])
    return tuple(_template(one, plans[one.pk]) for one in versions)


def _template(version: ProgrammeVersion, plan: Any) -> Template:
    ids = list(Course.objects.filter(version_id=version.pk).order_by("sort", "id").values_list("pk", flat=True))
    place = {pk: n for n, pk in enumerate(ids)}
    by_code = {course.code: course for course in plan.courses}
    courses = _columns(Course, {"version_id": version.pk}, ("sort", "id"))
    wrong = {(one.values["course"], one.values["other"]) for one in check_plan(plan)
             if one.severity == "error" and {"course", "other"} <= set(one.values)}
    bad_requisites = [(courses["code"][place[pk]], set(options)) for pk, options in
                      Requisite.objects.filter(course__version_id=version.pk).order_by("id").values_list("course_id", "options")]
    kept = [not any(code == course and other in options for course, other in wrong) for code, options in bad_requisites]
    requisites, outcomes, cells = (_columns(model, {"course__version_id": version.pk}, ("id",)) for model in ROOMS[1:4])
    requisites = {name: [one for one, is_kept in zip(values, kept, strict=True) if is_kept] for name, values in requisites.items()}
    for columns in (requisites, outcomes, cells):
        columns["course_id"] = [place[pk] for pk in columns["course_id"]]
    known = [by_code[code] for code in courses["code"]]
    own = {field.attname: getattr(version, field.attname) for field in ProgrammeVersion._meta.concrete_fields}
    for name in ("id", "programme_id", "status", "replaces_id", "updated_at"):
        own.pop(name, None)
    return Template(
        code=version.programme.code, title=dict(version.programme.title), years=version.years, engineer_type=version.engineer_type_id,
        version={name: [dict(value) if isinstance(value, dict) else value] for name, value in own.items()}, courses=courses,
        terms=_columns(Term, {"version_id": version.pk}, ("number",)), requisites=requisites, outcomes=outcomes, cells=cells,
        kinds=tuple(words.kind_of(course) for course in known), finals=tuple(words.title_of(course) for course in known),
        is_placement=tuple(words.is_placement(course) for course in known))


def _columns(model: Any, where: Mapping[str, Any], order: Sequence[str]) -> dict[str, list[Any]]:
    """Columns of a model's rows, without the id."""
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    rows = list(model.objects.filter(**where).order_by(*order).values_list(*names))
    return {name: [dict(row[k]) if isinstance(row[k], dict) else row[k] for row in rows] for k, name in enumerate(names)}


def programmes_write(wanted: Sequence[lots.NationalProgramme], kinds: Sequence[Template], *, number: int,
                     places: Sequence[tuple[int, str]], day: dt.date) -> list[Made]:
    """Write the programmes of university ``number`` with everything in them. ``places`` holds id and path of the department of each."""
    made = []
    for programme, (organisation_id, path) in zip(wanted, places, strict=True):
        template = kinds[programme.template]
        lot = np.random.default_rng([lots.SEED, 2, number, ord(programme.letter)])
        code = national_words.programme_code(template.code, number, programme.letter)
        programme_id, version_id, first_course = (next_id(model) for model in (Programme, ProgrammeVersion, Course))
        write(Programme, 1, {"id": programme_id, "code": code, "organisation_id": organisation_id, "is_synthetic": True,
                             "title": national_words.programme_title(template.title, number, programme.letter)})
        write(ProgrammeVersion, 1, {**template.version, "id": version_id, "programme_id": programme_id, "replaces_id": None,
                                    "status": ProgrammeVersion.Status.PUBLISHED.value, "edit_version": 1, "version": f"{day.year}.1"})
        size = len(template.courses["code"])
        write(Course, size, {**template.courses, "id": range(first_course, first_course + size), "version_id": version_id})
        _write_all(Term, {**template.terms, "version_id": [version_id] * len(template.terms["number"])})
        _write_all(Requisite, _of_courses(template.requisites, first_course))
        _write_all(LearningOutcome, _of_courses(template.outcomes, first_course))
        level = lots.changed_levels(template.cells["mode"], np.array(template.cells["level"], dtype=np.int64), lot)
        _write_all(MatrixCell, {**_of_courses(template.cells, first_course), "level": level.tolist()})
        assessed = np.flatnonzero(np.array(template.cells["mode"]) != "I")
        made.append(Made(template, version_id, code, path, first_course, np.array(template.cells["course_id"], dtype=np.int64)[assessed],
                         np.array(template.cells["competence_id"], dtype=np.int64)[assessed], level[assessed]))
    return made


def _of_courses(columns: Mapping[str, list[Any]], first: int) -> dict[str, Any]:
    return {**columns, "course_id": [first + place for place in columns["course_id"]]}


def _write_all(model: Any, columns: Mapping[str, Any]) -> None:
    size = len(next(iter(columns.values())))
    first = next_id(model)
    write(model, size, {**columns, "id": range(first, first + size)})
