"""Versions of programmes as rows, and a version as the plain values that checks, metrics and exports work on."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any, cast

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from sheber.apps.programmes.models import Course, Enrolment, LearningOutcome, MatrixCell, ProgrammeVersion, Requisite, Term
from sheber.apps.programmes.rules.checks.index import natural
from sheber.engines.curriculum import plan as values
from sheber.kit.localised import LocalisedText
from sheber.spine.audit.queries import EntryRow, history_of
from sheber.spine.competences.models import Profile, ProfileTarget
from sheber.spine.competences.profiles import EngineerTypeRow

TARGET_KIND = "programmes.programmeversion"
_COLUMNS = (
    "id", "programme_id", "programme__code", "programme__title", "version", "status", "programme__organisation_id",
    "programme__organisation__code", "programme__organisation__path", "programme__organisation__name",
    "programme__organisation__short_name", "programme__organisation__kind", "programme__organisation__parent__name",
    "programme__organisation__parent__short_name", "programme__is_synthetic", "degree", "nqf", "eqf", "languages", "years", "credits",
    "framework_id", "replaces__version", "edit_version", "updated_at", "engineer_type__code", "engineer_type__title", "engineer_type__sort")

LANGUAGES = _COLUMNS.index("languages")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a programme; ``students`` counts those studying."""

    id: int
    programme_id: int
    code: str
    title: LocalisedText
    version: str
    status: str
    organisation_id: int
    organisation_code: str
    organisation_path: str
    organisation_name: LocalisedText
    organisation_short_name: LocalisedText
    organisation_kind: str
    parent_name: LocalisedText | None
    parent_short_name: LocalisedText | None
    is_synthetic: bool
    degree: str
    nqf: int
    eqf: int
    languages: tuple[str, ...]
    years: int
    credits: int
    framework_id: int
    replaces: str | None
    edit_version: int
    updated_at: dt.datetime
    engineer_type: EngineerTypeRow
    students: int

    @property
    def status_label(self) -> str:
        return str(ProgrammeVersion.Status(self.status).label)

    @property
    def degree_label(self) -> str:
        return str(ProgrammeVersion.Degree(self.degree).label)

    @property
    def organisation_short(self) -> str:
        """The short name, else the name."""
        return str(self.organisation_short_name) or str(self.organisation_name)

    @property
    def university_short(self) -> str:
        """The university or college: of a faculty or department, the node above it."""
        if self.organisation_kind in {"faculty", "department"} and self.parent_name:
            return str(self.parent_short_name or "") or str(self.parent_name)
        return self.organisation_short


_FIELDS = tuple(each.name for each in fields(VersionRow))[:-2]


def version_rows(found: "QuerySet[ProgrammeVersion]", order: Sequence[str] = (), bounds: slice = slice(None)) -> tuple[VersionRow, ...]:
    """Rows of a query set, in an order that may ask for ``students`` too. One query."""
    # A subquery, not a join: grouping all these columns over every student of the country took seconds.
    studying = Enrolment.objects.filter(version=OuterRef("pk"), is_active=True).order_by().values("version")
    counted = found.annotate(students=Coalesce(Subquery(studying.annotate(n=Count("pk")).values("n")), 0))
    rows = []
    for row in counted.order_by(*order, "id").values_list(*_COLUMNS, "students")[bounds]:
        facts: dict[str, Any] = dict(zip(_FIELDS, row, strict=False))
        facts["languages"] = tuple(facts["languages"])
        rows.append(VersionRow(**facts, engineer_type=EngineerTypeRow(*row[-4:-1]), students=row[-1]))
    return tuple(rows)


def versions_named(*, code: str, version: str) -> tuple[VersionRow, ...]:
    """Versions an address names; several when two universities use one code. One query."""
    if "\x00" in code + version:
        return ()
    return version_rows(ProgrammeVersion.objects.filter(programme__code=code, version=version))


def versions_with_code(code: str) -> tuple[VersionRow, ...]:
    """All versions of the programmes with a code, newest first. One query."""
    if "\x00" in code:
        return ()
    return version_rows(ProgrammeVersion.objects.filter(programme__code=code), ("-version", "-id"))


def version_overview(version_id: int) -> VersionRow | None:
    """One version. One query."""
    return next(iter(version_rows(ProgrammeVersion.objects.filter(pk=version_id))), None)


def versions_of(programme_id: int) -> tuple[VersionRow, ...]:
    """All versions of a programme, newest first. One query."""
    return version_rows(ProgrammeVersion.objects.filter(programme_id=programme_id), ("-version", "-id"))


def latest_version(code: str, version: str = "", *, paths: Sequence[str] | None = None) -> VersionRow | None:
    """The version named, else the one in force, else the newest draft; with ``paths`` only at or below one of them. One query."""
    if "\x00" in code + version or paths == ():
        return None
    found = ProgrammeVersion.objects.filter(programme__code=code)
    if paths is not None:
        found = found.filter(reduce(or_, (Q(programme__organisation__path__startswith=path) for path in paths)))
    if version:
        found = found.filter(version=version)
    order = {"published": 0, "draft": 1, "archived": 2}
    rows = version_rows(found, ("-version", "-id"))
    return min(rows, key=lambda row: order[row.status], default=None)


def version_history(version_id: int, *, limit: int = 200) -> tuple[EntryRow, ...]:
    """What was done to a version, newest first. One query."""
    return history_of(TARGET_KIND, version_id, limit=limit)


def version_plan(version_id: int) -> values.Plan:
    """A version as a plan. Seven queries whatever its size. Raises DoesNotExist.

    Targets are those of the engineer type's profile in force, with the version's own in their place; an own target of ``None``
    takes the item out.
    """
    plan = version_plans((version_id,)).get(version_id)
    if plan is None:
        raise ProgrammeVersion.DoesNotExist(f"no version {version_id}")
    return plan


def version_plans(version_ids: Collection[int]) -> dict[int, values.Plan]:
    """Versions as plans, by id; an id that is not there is left out. Seven queries whatever their number and size."""
    versions = list(ProgrammeVersion.objects.filter(pk__in=version_ids).select_related("programme", "programme__organisation"))
    terms = _grouped(Term.objects.filter(version_id__in=version_ids).order_by("version_id", "number").values_list(
        "version_id", "number", "year", "season"), values.Term)
    courses = _courses(version_ids)
    profiles = _targets_by_profile({(version.engineer_type_id, version.framework_id) for version in versions})
    plans = {}
    for version in versions:
        targets = {**profiles.get((version.engineer_type_id, version.framework_id), {}), **version.target_overrides}
        plans[version.pk] = values.Plan(
            code=version.programme.code, title=_texts(version.programme.title), courses=tuple(courses.get(version.pk, ())),
            terms=tuple(terms.get(version.pk, ())), system=cast("values.System", version.system), version=version.version,
            engineer_type=version.engineer_type_id, credits=float(version.credits), hours_per_credit=version.hours_per_credit,
            term_load=(version.term_load_min, version.term_load_target, version.term_load_max),
            entry_levels=MappingProxyType({str(item): int(level) for item, level in version.entry_levels.items()}),
            targets=MappingProxyType(_in_order(targets)), details=MappingProxyType(_details(version)))
    return plans


plan_of = version_plan


def profile_targets(engineer_type: str, framework_id: int) -> dict[str, float]:
    """Targets of the profile in force of an engineer type on a framework. One query."""
    return _targets_by_profile({(engineer_type, framework_id)}).get((engineer_type, framework_id), {})


def _targets_by_profile(wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], dict[str, float]]:
    """Targets of the profiles in force by engineer type and framework. One query."""
    found = ProfileTarget.objects.filter(
        profile__kind=Profile.Kind.ENGINEER_TYPE, profile__engineer_type_id__in={kind for kind, _framework in wanted},
        profile__framework_id__in={framework for _kind, framework in wanted}, profile__status="published",
        profile__occupation__isnull=True, level__isnull=False)
    versions: dict[tuple[str, int], dict[str, dict[str, float]]] = {}
    for kind, framework, number, item, level in found.values_list(
            "profile__engineer_type_id", "profile__framework_id", "profile__version", "competence__code", "level"):
        versions.setdefault((kind, framework), {}).setdefault(number, {})[item] = float(level or 0)
    return {key: numbers[max(numbers)] for key, numbers in versions.items()}


def _in_order(targets: Mapping[str, float | None]) -> dict[str, float]:
    """Targets in the order of the items, without those taken out."""
    return {item: float(targets[item] or 0) for item in sorted(targets, key=natural) if targets[item] is not None}


def _texts(text: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({language: text[language] for language in ("kk", "ru", "en") if text.get(language)})


def _courses(version_ids: Collection[int]) -> dict[int, list[values.Course]]:
    """Courses of versions in their order, by version. Four queries."""
    columns = ("id", "version_id", "code", "title", "ects", "term", "cycle", "delivery", "contact_hours", "lab_hours", "self_study_hours",
               "features")
    rows = list(Course.objects.filter(version_id__in=version_ids).order_by("version_id", "sort", "code").values_list(*columns))
    of = {"course__version_id__in": version_ids}
    requisites = _grouped(Requisite.objects.filter(**of).order_by("course_id", "sort", "id").values_list(
        "course_id", "kind", "options", "need"), lambda kind, options, need: values.Requisite(kind, tuple(options), need))
    cells = _grouped(MatrixCell.objects.filter(**of).values_list("course_id", "competence__code", "mode", "level"), values.Cell)
    outcomes = _grouped(LearningOutcome.objects.filter(**of).order_by("course_id", "sort", "id").values_list("course_id", "code", "text"),
                        lambda code, text: values.Outcome(code, _texts(text)))
    courses: dict[int, list[values.Course]] = {}
    for pk, version_id, code, title, ects, term, cycle, delivery, contact, lab, self_study, features in rows:
        courses.setdefault(version_id, []).append(values.Course(
            code, _texts(title), ects, term, cycle, delivery, contact, lab, self_study, tuple(requisites.get(pk, ())),
            tuple(sorted(cells.get(pk, ()), key=lambda cell: natural(cell.item))), frozenset(features), tuple(outcomes.get(pk, ()))))
    return courses


def _grouped(rows: Any, make: Any) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for owner, *row in rows:
        grouped.setdefault(owner, []).append(make(*row))
    return grouped


def _details(version: ProgrammeVersion) -> dict[str, object]:
    """The facts a plan has no field for, under the names that the files use."""
    found: dict[str, object] = {
        "status": version.status, "degree": version.degree, "qualification": _texts(version.qualification), "nqf": version.nqf,
        "faculty": version.programme.organisation.code, "eqf": version.eqf, "isced_f": version.isced_f,
        "classifier_group": version.classifier_group, "languages": tuple(version.languages), "years": version.years,
        "admission": _texts(version.admission), "practice_note": _texts(version.practice_note), "sectors": tuple(version.sectors),
        "task_complexity": version.task_complexity, "synthetic": version.programme.is_synthetic}
    return {name: value for name, value in found.items() if value}
