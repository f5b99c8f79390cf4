"""A whole course of a draft at once: added, changed with its requisites and outcomes, renamed, removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from sheber.apps.programmes.models import Assessment, Course, LearningOutcome, MatrixCell, ProgrammeVersion, Requisite
from sheber.apps.programmes.rules.reading.problems import Place, Problems
from sheber.apps.programmes.rules.reading.values import read_code, write_requisites
from sheber.apps.programmes.rules.renaming import with_code, without
from sheber.engines.curriculum import plan as values
from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.trash import services as trash

from .courses import FIELDS, KINDS, course_value, plain_value, requisite_rows_replace, told, valid_requisite
from .guards import count_save, course_of, draft_locked, scope_of
from .limits import fits_an_address

Facts = Mapping[str, Any]


@transaction.atomic
def course_add(*, version_id: int, code: str, facts: Facts, requisites: Sequence[values.Requisite] = (),
               outcomes: Sequence[values.Outcome] = (), actor: audit.Actor, edit_version: int, reason: str = "") -> int:
    """Add a course to a draft, after the others; returns the new ``edit_version``.

    ``facts`` are those of :func:`course_update`. Raises DoesNotExist or DomainError: ``not_draft``, ``stale``, ``unknown_field``,
    ``bad_course`` (detail ``fields``), ``bad_requisite``, ``bad_outcome``.
    """
    version = draft_locked(version_id=version_id, edit_version=edit_version)
    last = Course.objects.filter(version=version).aggregate(last=Max("sort"))["last"]
    course = Course(version=version, sort=0 if last is None else last + 1)
    _fill(course, code, facts)
    wanted, taught = _ordered(requisites), _valid_outcomes(outcomes)
    course.save(force_insert=True)
    requisite_rows_replace(course, wanted)
    _outcome_rows_replace(course, taught)
    number = count_save(version)
    after = {**{name: plain_value(getattr(course, name)) for name in facts}, **_told_if_any(wanted), "course": course.code}
    if taught:
        after["outcomes"] = _told_outcomes(taught)
    audit.record(actor=actor, verb="programme.course_added", target=version, after=after, reason=reason, scope_path=scope_of(version))
    return number


@transaction.atomic
def course_save(*, version_id: int, code: str, new_code: str, facts: Facts, requisites: Sequence[values.Requisite],
                outcomes: Sequence[values.Outcome], actor: audit.Actor, edit_version: int, reason: str = "") -> int:
    """Make a course of a draft what is given; returns the new ``edit_version``. What is already so is not written.

    With another ``new_code`` the requisites of the other courses follow. Raises as :func:`course_add`, and ``unknown_course``.
    """
    version = draft_locked(version_id=version_id, edit_version=edit_version)
    course = course_of(version, code)
    names = ["code", *facts]
    before = {name: plain_value(getattr(course, name)) for name in names}
    _fill(course, new_code, facts)
    after = {name: plain_value(getattr(course, name)) for name in names}
    changed = [name for name in names if before[name] != after[name]]
    told_before = {name: before[name] for name in changed}
    told_after = {name: after[name] for name in changed}
    if changed:
        course.save(update_fields=changed)
    if course.code != code:
        followed = _others_follow(version, course, code, course.code)
        if followed:
            told_after["requisites_renamed"] = followed
    for part_before, part_after in (_requisites(course, _ordered(requisites)), _outcomes(course, _valid_outcomes(outcomes))):
        told_before |= part_before
        told_after |= part_after
    if not told_after and not told_before:
        return version.edit_version
    number = count_save(version)
    audit.record(actor=actor, verb="programme.course_changed", target=version, before=told_before,
                 after={**told_after, "course": course.code}, reason=reason, scope_path=scope_of(version))
    return number


@dataclass(frozen=True, slots=True)
class Removed:
    """A course is in the trash: the version's new ``edit_version``, and the deletion by which it comes back."""

    edit_version: int
    deletion_id: int


@transaction.atomic
def course_remove(*, version_id: int, code: str, actor: audit.Actor, edit_version: int, reason: str = "") -> Removed:
    """Take a course out of a draft, with its cells and outcomes; the requisites of others no longer name it. It can be put back.

    Raises DoesNotExist or DomainError: ``not_draft``, ``stale``, ``unknown_course``, ``course_in_use`` when somebody was
    assessed in it.
    """
    version = draft_locked(version_id=version_id, edit_version=edit_version)
    course = course_of(version, code)
    before: dict[str, Any] = {"title": dict(course.title), "ects": course.ects, "term": course.term,
                              **_told_if_any(_standing(course))}
    cells = {cell.competence.code: str(cell) for cell in MatrixCell.objects.filter(course=course).select_related("competence")}
    outcomes = _told_outcomes(_standing_outcomes(course))
    if cells:
        before["cells"] = cells
    if outcomes:
        before["outcomes"] = outcomes
    if Assessment.objects.filter(course=course).exists():
        raise _in_use(code)
    extra = {"programme": version.programme.code, "version": version.version, "version_id": version.pk, "course": code}
    with trash.putting(actor=actor, kind="programmes.course", target=course, title=course.title, scope_path=scope_of(version),
                       place=f"{version.programme.code} {version.version} {code}", reason=reason, extra=extra) as bag:
        bag.watch(_naming(version, code, besides=course))
        bag.take(course)
        others = _others_let_go(version, code)
    number = count_save(version)
    audit.record(actor=actor, verb="programme.course_removed", target=version, before={**before, **others},
                 after={"course": code}, reason=reason, scope_path=scope_of(version))
    return Removed(number, bag.deletion_id)


def _naming(version: ProgrammeVersion, code: str, *, besides: Course) -> list[Requisite]:
    """Requisites of other courses that name the course."""
    rows = Requisite.objects.filter(course__version=version).exclude(course=besides).order_by("id")
    return [row for row in rows if code in row.options]


def _in_use(code: str) -> DomainError:
    return DomainError("course_in_use", _("Somebody was assessed in %(courses)s, so it cannot be removed. Begin a new version instead.") % {
        "courses": code}, courses=[code])


def _fill(course: Course, code: str, facts: Facts) -> None:
    """Put code and facts into the course. Raises ``unknown_field`` or ``bad_course``."""
    wrong: dict[str, list[str]] = {}
    problems = Problems()
    read = read_code(code, Place(), problems)
    if not read or not fits_an_address(read):
        wrong["code"] = [_("A course needs a code of letters, digits, points and hyphens, such as MAT101.")]
    elif Course.objects.filter(version_id=course.version_id, code=read).exclude(pk=course.pk).exists():
        wrong["code"] = [_("There is already a course %(course)s in this version.") % {"course": read}]
    course.code = read or code
    for name, value in facts.items():
        if name not in FIELDS:
            raise DomainError("unknown_field", _("A course has no field “%(name)s” that can be changed here.") % {"name": name}, field=name)
        setattr(course, name, course_value(name, value))
    try:
        asked = set(facts) - {"features"}  # an empty list of features is a list
        course.clean_fields(exclude={field.name for field in Course._meta.fields if field.name not in asked})
    except ValidationError as found:
        wrong |= found.message_dict
    if wrong:
        raise DomainError("bad_course", _("Course %(course)s was not saved. Correct the fields named.") % {"course": course.code},
                          fields=wrong)


def _ordered(requisites: Sequence[values.Requisite]) -> list[values.Requisite]:
    return _by_kind([valid_requisite(each) for each in requisites])


def _by_kind(requisites: Sequence[values.Requisite]) -> list[values.Requisite]:
    """Prerequisites first; the order within a kind stays."""
    return sorted(requisites, key=lambda each: KINDS.index(each.kind))


def _plain_requisite(row: Requisite) -> values.Requisite:
    return values.Requisite(row.kind, tuple(row.options), row.need)  # type: ignore[arg-type]


def _standing(course: Course) -> list[values.Requisite]:
    return [_plain_requisite(row) for row in Requisite.objects.filter(course=course).order_by("sort", "id")]


def _told_if_any(requisites: Sequence[values.Requisite]) -> dict[str, str]:
    return {kind: text for kind, text in told(requisites).items() if text}


def _requisites(course: Course, wanted: list[values.Requisite]) -> tuple[dict[str, str], dict[str, str]]:
    """Requisites made those wanted: the kinds that changed, before and after."""
    standing = _standing(course)
    if _by_kind(standing) == wanted:
        return {}, {}
    requisite_rows_replace(course, wanted)
    before, after = told(standing), told(wanted)
    changed = [kind for kind in KINDS if before[kind] != after[kind]] or list(KINDS)
    return {kind: before[kind] for kind in changed}, {kind: after[kind] for kind in changed}


def _others_follow(version: ProgrammeVersion, course: Course, old: str, new: str) -> list[str]:
    """Requisites of the other courses name the new code; returns the codes of these courses."""
    rows = list(Requisite.objects.filter(course__version=version).exclude(course=course).select_related("course").order_by("id"))
    touched = [row for row in rows if old in row.options]
    for row in touched:
        renamed = with_code(_plain_requisite(row), old, new)
        row.options, row.need = list(renamed.options), renamed.need
    Requisite.objects.bulk_update(touched, ["options", "need"], batch_size=500)
    return sorted({row.course.code for row in touched})


def _others_let_go(version: ProgrammeVersion, code: str) -> dict[str, Any]:
    """Requisites of the other courses without a course; what they were, by course."""
    rows = [row for row in Requisite.objects.filter(course__version=version).select_related("course").order_by("id") if code in row.options]
    if not rows:
        return {}
    update, delete = [], []
    was: dict[str, list[values.Requisite]] = {}
    for row in rows:
        plain = _plain_requisite(row)
        was.setdefault(row.course.code, []).append(plain)
        left = without(plain, code)
        if left is None:
            delete.append(row.pk)
        else:
            row.options, row.need = list(left.options), left.need
            update.append(row)
    Requisite.objects.filter(pk__in=delete).delete()
    Requisite.objects.bulk_update(update, ["options", "need"], batch_size=500)
    return {"requisites_of_others": {course: write_requisites(tuple(each)) for course, each in was.items()}}


def _valid_outcomes(outcomes: Sequence[values.Outcome]) -> list[values.Outcome]:
    codes = [outcome.code for outcome in outcomes]
    if len(set(codes)) < len(codes) or any(not each.code or len(each.code) > 40 or not any(each.text.values()) for each in outcomes):
        raise DomainError("bad_outcome", _("Each learning outcome needs a code of its own, at most 40 characters, and a text."),
                          outcomes=codes)
    return list(outcomes)


def _standing_outcomes(course: Course) -> list[values.Outcome]:
    rows = LearningOutcome.objects.filter(course=course).order_by("sort", "id")
    return [values.Outcome(row.code, LocalisedText.of(row.text)) for row in rows]


def _told_outcomes(outcomes: Sequence[values.Outcome]) -> dict[str, dict[str, str]]:
    return {each.code: dict(each.text) for each in outcomes}


def _outcome_rows_replace(course: Course, wanted: Sequence[values.Outcome]) -> None:
    LearningOutcome.objects.filter(course=course).delete()
    LearningOutcome.objects.bulk_create([LearningOutcome(course=course, code=each.code, text=LocalisedText.of(each.text), sort=place)
                                         for place, each in enumerate(wanted)])


def _outcomes(course: Course, wanted: list[values.Outcome]) -> tuple[dict[str, Any], dict[str, Any]]:
    standing = _standing_outcomes(course)
    if [(each.code, LocalisedText.of(each.text)) for each in wanted] == [(each.code, each.text) for each in standing]:
        return {}, {}
    _outcome_rows_replace(course, wanted)
    return {"outcomes": _told_outcomes(standing)}, {"outcomes": _told_outcomes(wanted)}
