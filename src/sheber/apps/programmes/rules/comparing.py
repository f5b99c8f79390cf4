"""What differs between two plans: what an import would change, and what a new version changed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from sheber.apps.programmes.rules.reading.values import write_requisites
from sheber.engines.curriculum.plan import Course, Plan

_FACTS = ("title", "system", "engineer_type", "credits", "hours_per_credit", "term_load", "entry_levels", "targets", "terms")
_DETAILS = ("degree", "qualification", "nqf", "eqf", "isced_f", "classifier_group", "languages", "years", "admission", "practice_note",
            "sectors", "task_complexity")


@dataclass(frozen=True, slots=True)
class CellChange:
    """One entry of the matrix; ``before`` and ``after`` are ``T3`` or empty."""

    course: str
    item: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CourseChange:
    """A course that is in both plans; ``facts`` maps a field to its earlier and later value as text."""

    code: str
    facts: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """Codes of added and removed courses, changed courses, changed cells, and facts of the programme that changed."""

    courses_added: tuple[str, ...] = ()
    courses_removed: tuple[str, ...] = ()
    courses_changed: tuple[CourseChange, ...] = ()
    cells: tuple[CellChange, ...] = ()
    facts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))


def compare_plans(before: Plan | None, after: Plan) -> PlanDifference:
    """Everything in ``after`` that is not as in ``before``; without a plan before, everything is added."""
    old = {course.code: course for course in before.courses} if before else {}
    new = {course.code: course for course in after.courses}
    changed = tuple(CourseChange(code, differing) for code, course in new.items()
                    if code in old and (differing := _course_facts(old[code], course)))
    was, becomes = _cells(before), _cells(after)
    cells = tuple(CellChange(*place, was.get(place, ""), becomes.get(place, ""))
                  for place in sorted({*was, *becomes}) if was.get(place) != becomes.get(place))
    facts = tuple(name for name in _FACTS if before is not None and _plain(getattr(before, name)) != _plain(getattr(after, name)))
    if before is not None:
        facts += tuple(name for name in _DETAILS if _plain(before.details.get(name)) != _plain(after.details.get(name)))
    added, removed = tuple(code for code in new if code not in old), tuple(code for code in old if code not in new)
    return PlanDifference(added, removed, changed, cells, facts)


def _cells(plan: Plan | None) -> dict[tuple[str, str], str]:
    return {(course.code, cell.item): f"{cell.mode}{cell.level}" for course in (plan.courses if plan else ()) for cell in course.cells}


def _course_facts(old: Course, new: Course) -> dict[str, tuple[str, str]]:
    before, after = course_facts(old), course_facts(new)
    return {name: (before[name], after[name]) for name in after if before[name] != after[name]}


def course_facts(course: Course) -> dict[str, str]:
    """A course without its cells as texts by field, for people and for the record of changes."""
    return {
        **{f"title_{language}": course.title.get(language, "") for language in ("kk", "ru", "en")},
        "credits": f"{course.credits:g}", "term": _shown(course.term), "cycle": course.cycle, "delivery": course.delivery,
        "contact_hours": _shown(course.contact_hours), "lab_hours": _shown(course.lab_hours),
        "self_study_hours": _shown(course.self_study_hours),
        **{kind: write_requisites(tuple(requisite for requisite in course.requisites if requisite.kind == kind))
           for kind in ("prerequisite", "corequisite", "strict_corequisite")},
        "features": ", ".join(sorted(course.features)),
        "outcomes": "; ".join(f"{outcome.code}: {'|'.join(outcome.text.get(language, '') for language in ('kk', 'ru', 'en'))}"
                              for outcome in course.outcomes),
    }


def _shown(value: int | None) -> str:
    return "" if value is None else str(value)


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value
