"""Changing one course of a draft, and its requisites."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sheber.apps.programmes.models import Course, Requisite
from sheber.apps.programmes.rules.reading.problems import Place, Problems
from sheber.apps.programmes.rules.reading.values import read_code, write_requisites
from sheber.engines.curriculum import plan as values
from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText
from sheber.spine.audit import services as audit

from .guards import count_save, course_of, draft_locked, scope_of

#: What :func:`course_update` may change; the code stays, because requisites and evidence refer to it.
FIELDS: Final = ("title", "ects", "term", "cycle", "delivery", "contact_hours", "lab_hours", "self_study_hours", "features")
KINDS: Final = tuple(Requisite.Kind.values)


@transaction.atomic
def course_update(*, version_id: int, code: str, facts: Mapping[str, Any], actor: audit.Actor, edit_version: int, reason: str = "") -> int:
    """Change fields of a course of a draft; returns the new ``edit_version``.

    Raises DoesNotExist or DomainError: ``not_draft``, ``stale``, ``unknown_course``, ``unknown_field``, ``bad_course`` (detail
    ``fields``: name to sentences).
    """
    version = draft_locked(version_id=version_id, edit_version=edit_version)
    course = course_of(version, code)
    for name in facts:
        if name not in FIELDS:
            raise DomainError("unknown_field", _("A course has no field “%(name)s” that can be changed here.") % {"name": name}, field=name)
    before = {name: plain_value(getattr(course, name)) for name in facts}
    for name, value in facts.items():
        setattr(course, name, course_value(name, value))
    try:
        asked = set(facts) - {"features"}  # an empty list of features is a list
        course.clean_fields(exclude={field.name for field in Course._meta.fields if field.name not in asked})
    except ValidationError as wrong:
        raise DomainError("bad_course", _("Course %(course)s was not saved. Correct the fields named.") % {"course": code},
                          fields=wrong.message_dict) from wrong
    after = {name: plain_value(getattr(course, name)) for name in facts}
    changed = [name for name in facts if before[name] != after[name]]
    if not changed:
        return version.edit_version
    course.save(update_fields=changed)
    number = count_save(version)
    audit.record(actor=actor, verb="programme.course_changed", target=version, before={name: before[name] for name in changed},
                 after={**{name: after[name] for name in changed}, "course": code}, reason=reason, scope_path=scope_of(version))
    return number


def course_value(name: str, value: Any) -> Any:
    if name == "title":
        return LocalisedText.of(value)
    return sorted({str(each) for each in value or ()}) if name == "features" else value


def plain_value(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


@transaction.atomic
def requisites_set(*, version_id: int, code: str, requisites: Sequence[values.Requisite], actor: audit.Actor, edit_version: int,
                   reason: str = "") -> int:
    """Replace all requisites of a course of a draft; returns the new ``edit_version``.

    A requisite may name a course that is not there or is too late: the checks tell of it. Raises DoesNotExist or DomainError:
    ``not_draft``, ``stale``, ``unknown_course``, ``bad_requisite``.
    """
    version = draft_locked(version_id=version_id, edit_version=edit_version)
    course = course_of(version, code)
    wanted = sorted((valid_requisite(requisite) for requisite in requisites), key=lambda requisite: KINDS.index(requisite.kind))
    standing = [values.Requisite(row.kind, tuple(row.options), row.need)  # type: ignore[arg-type]
                for row in Requisite.objects.filter(course=course).order_by("sort", "id")]
    if wanted == standing:
        return version.edit_version
    requisite_rows_replace(course, wanted)
    number = count_save(version)
    audit.record(actor=actor, verb="programme.requisites_changed", target=version, before=told(standing),
                 after={**told(wanted), "course": code}, reason=reason, scope_path=scope_of(version))
    return number


def told(requisites: Sequence[values.Requisite]) -> dict[str, str]:
    """Requisites by kind in the grammar of the workbook."""
    return {kind: write_requisites(tuple(each for each in requisites if each.kind == kind)) for kind in KINDS}


def requisite_rows_replace(course: Course, wanted: Sequence[values.Requisite]) -> None:
    Requisite.objects.filter(course=course).delete()
    Requisite.objects.bulk_create([Requisite(course=course, kind=each.kind, need=each.need, options=list(each.options), sort=place)
                                   for place, each in enumerate(wanted)])


def valid_requisite(requisite: values.Requisite) -> values.Requisite:
    problems = Problems()
    options = tuple(code for option in requisite.options if (code := read_code(option, Place(), problems)))
    if problems.failed or not options or len(set(options)) < len(options) or requisite.need < 1 or requisite.kind not in KINDS:
        raise DomainError("bad_requisite", _("A requisite names different courses by their codes and needs at least one of them."),
                          options=list(requisite.options), need=requisite.need, kind=requisite.kind)
    return values.Requisite(requisite.kind, options, requisite.need)
