"""Rows of a version made equal to a plan. Courses keep their identity by code, because assessments refer to them."""

from collections.abc import Mapping

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from sheber.apps.programmes.models import Course, LearningOutcome, MatrixCell, ProgrammeVersion, Requisite, Term
from sheber.engines.curriculum.plan import Plan
from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText

_FIELDS = ("title", "ects", "term", "cycle", "delivery", "contact_hours", "lab_hours", "self_study_hours", "features", "sort")
_BATCH = 500


def write_plan(version: ProgrammeVersion, plan: Plan, competences: Mapping[str, int]) -> None:
    """Make terms, courses, requisites, outcomes and cells those of the plan; the same number of statements whatever its size.

    How a cell is assessed stays where the cell stays. Raises ``DomainError("course_in_use")``.
    """
    Term.objects.filter(version=version).delete()
    Term.objects.bulk_create([Term(version=version, number=term.number, year=term.year, season=term.season) for term in plan.terms])
    courses = _courses(version, plan)
    Requisite.objects.filter(course__version=version).delete()
    Requisite.objects.bulk_create([
        Requisite(course_id=courses[course.code], kind=each.kind, need=each.need, options=list(each.options), sort=place)
        for course in plan.courses for place, each in enumerate(course.requisites)], batch_size=_BATCH)
    LearningOutcome.objects.filter(course__version=version).delete()
    LearningOutcome.objects.bulk_create([
        LearningOutcome(course_id=courses[course.code], code=each.code, text=LocalisedText.of(each.text), sort=place)
        for course in plan.courses for place, each in enumerate(course.outcomes)], batch_size=_BATCH)
    _cells(version, plan, courses, competences)


def _courses(version: ProgrammeVersion, plan: Plan) -> dict[str, int]:
    standing = {course.code: course for course in Course.objects.filter(version=version)}
    wanted = {course.code for course in plan.courses}
    gone = [course.pk for code, course in standing.items() if code not in wanted]
    try:
        Course.objects.filter(pk__in=gone).delete()
    except ProtectedError as used:
        codes = sorted({course.code for course in standing.values() if course.pk in gone
                        and any(getattr(row, "course_id", None) == course.pk for row in used.protected_objects)})
        text = _("Somebody was assessed in %(courses)s, so it cannot be removed. Begin a new version instead.")
        raise DomainError("course_in_use", text % {"courses": ", ".join(codes)}, courses=codes) from used
    create: list[Course] = []
    update: list[Course] = []
    for place, course in enumerate(plan.courses):
        row = standing.get(course.code) or Course(version=version, code=course.code)
        row.title, row.ects, row.term, row.cycle, row.delivery = (
            LocalisedText.of(course.title), course.credits, course.term, course.cycle, course.delivery)
        row.contact_hours, row.lab_hours, row.self_study_hours = course.contact_hours, course.lab_hours, course.self_study_hours
        row.features, row.sort = sorted(course.features), place
        (update if row.pk else create).append(row)
    Course.objects.bulk_update(update, _FIELDS, batch_size=_BATCH)
    Course.objects.bulk_create(create, batch_size=_BATCH)
    return dict(Course.objects.filter(version=version).values_list("code", "id"))


def _cells(version: ProgrammeVersion, plan: Plan, courses: Mapping[str, int], competences: Mapping[str, int]) -> None:
    standing = {(cell.course_id, cell.competence_id): cell for cell in MatrixCell.objects.filter(course__version=version)}
    create, update = [], []
    for course in plan.courses:
        for cell in course.cells:
            row = standing.pop((courses[course.code], competences[cell.item]), None)
            if row is None:
                create.append(MatrixCell(course_id=courses[course.code], competence_id=competences[cell.item], mode=cell.mode,
                                         level=cell.level))
            elif (row.mode, row.level) != (cell.mode, cell.level):
                row.mode, row.level = cell.mode, cell.level
                update.append(row)
    MatrixCell.objects.filter(pk__in=[row.pk for row in standing.values()]).delete()
    MatrixCell.objects.bulk_update(update, ["mode", "level"], batch_size=_BATCH)
    MatrixCell.objects.bulk_create(create, batch_size=_BATCH)
