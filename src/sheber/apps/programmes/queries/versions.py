"""Versions of programmes as rows, and a whole version as the plain plan that engines and checks take."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from sheber.apps.programmes.models import (
    Course,
    LearningOutcome,
    MatrixCell,
    ProgrammeVersion,
    Requisite,
    Term,
)
from sheber.engines.curriculum import plan as values
from sheber.kit.localised import LocalisedText
from sheber.spine.competences.profiles import EngineerTypeRow


@dataclass(frozen=True, slots=True)
class VersionRow:
    """Head of a version: what every page of it shows."""

    id: int
    code: str
    version: str
    title: LocalisedText
    status: str
    status_label: str
    degree: str
    degree_label: str
    engineer_type: EngineerTypeRow
    credits: int
    years: int
    nqf: int
    eqf: int
    organisation_id: int
    organisation_path: str
    organisation: LocalisedText
    organisation_short: LocalisedText
    university: LocalisedText
    students: int
    framework_id: int
    edit_version: int
    updated_at: dt.datetime
    is_synthetic: bool


def _rows(found: QuerySet[ProgrammeVersion]) -> list[VersionRow]:
    found = found.select_related("programme__organisation__parent", "engineer_type").annotate(
        students=Count("enrolments", filter=Q(enrolments__is_active=True)))
    return [_row(version) for version in found]


def _row(version: Any) -> VersionRow:
    programme, kind = version.programme, version.engineer_type
    node = programme.organisation
    house = node.parent if node.kind in {"faculty", "department"} and node.parent else node
    return VersionRow(
        id=version.pk, code=programme.code, version=version.version, title=programme.title, status=version.status,
        status_label=version.get_status_display(), degree=version.degree, degree_label=version.get_degree_display(),
        engineer_type=EngineerTypeRow(kind.code, kind.title, kind.sort), credits=version.credits, years=version.years, nqf=version.nqf,
        eqf=version.eqf, organisation_id=node.pk, organisation_path=node.path, organisation=node.name,
        organisation_short=house.short_name if any(house.short_name.values()) else house.name, university=house.name,
        students=version.students, framework_id=version.framework_id, edit_version=version.edit_version, updated_at=version.updated_at,
        is_synthetic=programme.is_synthetic)


def versions_named(*, code: str, version: str) -> list[VersionRow]:
    """Versions with this programme code and version number: one, unless two universities share a code. One query."""
    return _rows(ProgrammeVersion.objects.filter(programme__code=code, version=version).order_by("id"))


def versions_of_programme(*, code: str, organisation_id: int) -> list[VersionRow]:
    """All versions of one programme, newest first. One query."""
    return _rows(ProgrammeVersion.objects.filter(programme__code=code, programme__organisation_id=organisation_id).order_by("-version"))


def latest_versions(paths: Sequence[str], *, code: str = "") -> list[VersionRow]:
    """The newest version of every programme under the given organisation paths. One query."""
    under = Q(pk__in=[])
    for path in paths:
        under |= Q() if path == "/" else Q(programme__organisation__path__startswith=path)
    found = ProgrammeVersion.objects.filter(under, replaced_by__isnull=True)
    if code:
        found = found.filter(programme__code=code)
    return _rows(found.order_by("programme__code", "-version"))


def version_plan(version_id: int) -> values.Plan:
    """A version with its courses, requisites, outcomes and cells. Six queries whatever its size. Raises DoesNotExist."""
    version = ProgrammeVersion.objects.select_related("programme").get(pk=version_id)
    requisites: dict[int, list[values.Requisite]] = defaultdict(list)
    for course_id, kind, options, need in Requisite.objects.filter(course__version_id=version_id).order_by("sort", "id").values_list(
            "course_id", "kind", "options", "need"):
        requisites[course_id].append(values.Requisite(kind, tuple(options), need))
    cells: dict[int, list[values.Cell]] = defaultdict(list)
    for course_id, item, mode, level in MatrixCell.objects.filter(course__version_id=version_id).order_by("id").values_list(
            "course_id", "competence__code", "mode", "level"):
        cells[course_id].append(values.Cell(item, mode, level))
    outcomes: dict[int, list[values.Outcome]] = defaultdict(list)
    for course_id, outcome, text in LearningOutcome.objects.filter(course__version_id=version_id).order_by("sort", "id").values_list(
            "course_id", "code", "text"):
        outcomes[course_id].append(values.Outcome(outcome, text))
    courses = [values.Course(
        code=c.code, title=c.title, credits=c.ects, term=c.term, cycle=c.cycle, delivery=c.delivery, contact_hours=c.contact_hours,
        lab_hours=c.lab_hours, self_study_hours=c.self_study_hours, requisites=tuple(requisites[c.pk]), cells=tuple(cells[c.pk]),
        features=frozenset(c.features), outcomes=tuple(outcomes[c.pk]))
        for c in sorted(Course.objects.filter(version_id=version_id), key=lambda c: (c.term is None, c.term or 0, c.sort, c.code))]
    terms = [values.Term(*row) for row in Term.objects.filter(version_id=version_id).order_by("number").values_list("number", "year", "season")]
    return values.Plan(
        code=version.programme.code, title=version.programme.title, courses=tuple(courses), terms=tuple(terms),
        system="quarter" if version.system == "quarter" else "semester", version=version.version, engineer_type=version.engineer_type_id,
        credits=float(version.credits), hours_per_credit=version.hours_per_credit,
        term_load=(version.term_load_min, version.term_load_target, version.term_load_max),
        entry_levels={code: int(level) for code, level in version.entry_levels.items()},
        targets={code: float(level) for code, level in version.target_overrides.items()})
