"""Life of a version: draft, in force, archived; and the draft that is to replace it."""

from collections.abc import Mapping
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from sheber.apps.programmes.models import Course, LearningOutcome, MatrixCell, ProgrammeVersion, Requisite, Term
from sheber.apps.programmes.queries import version_plan
from sheber.apps.programmes.rules.checks import check_plan
from sheber.apps.programmes.rules.publishing import publication_blockers
from sheber.apps.programmes.rules.sentences import finding_sentence
from sheber.kit.editing import not_stale
from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.trash import services as trash

from .guards import scope_of
from .limits import fits_an_address

RowT = TypeVar("RowT", Requisite, LearningOutcome, MatrixCell)


def _locked(version_id: int) -> ProgrammeVersion:
    return ProgrammeVersion.objects.select_for_update(of=("self",)).select_related("programme__organisation").get(pk=version_id)


@transaction.atomic
def version_revise(*, version_id: int, version: str, actor: audit.Actor, reason: str = "") -> ProgrammeVersion:
    """Begin a draft that replaces a version, with a copy of everything in it.

    Raises DoesNotExist or DomainError: ``still_draft``, ``already_replaced``, ``version_exists``, ``bad_version``.
    """
    source = _locked(version_id)
    name = version.strip()
    if source.status == ProgrammeVersion.Status.DRAFT:
        raise DomainError("still_draft", _("Version %(version)s is still a draft: change it itself.") % {"version": source.version})
    if not name or len(name) > 20 or not fits_an_address(name):
        raise DomainError("bad_version", _("Give the new version a short name, such as 2027.1."))
    if (other := ProgrammeVersion.objects.filter(replaces=source).first()) is not None:
        raise DomainError("already_replaced", _("Version %(version)s is already replaced by %(other)s.") % {
            "version": source.version, "other": other.version}, replaced_by=other.version)
    if ProgrammeVersion.objects.filter(programme=source.programme, version=name).exists():
        raise DomainError("version_exists", _("There is already a version %(version)s.") % {"version": name}, version=name)
    copy = ProgrammeVersion.objects.get(pk=source.pk)
    copy.pk = None
    copy.version, copy.status, copy.replaces, copy.edit_version = name, ProgrammeVersion.Status.DRAFT, source, _first(source, name)
    copy.save(force_insert=True)
    _copy_content(source, copy)
    audit.record(actor=actor, verb="programme.revised", target=copy, before={"version": source.version},
                 after={"version": name, "code": source.programme.code}, reason=reason, scope_path=scope_of(source))
    return copy


def _first(source: ProgrammeVersion, name: str) -> int:
    return trash.begun_after("programmes.version", f"{source.programme.code} {name}", first=1)


def _copy_content(source: ProgrammeVersion, copy: ProgrammeVersion) -> None:
    Term.objects.bulk_create([Term(version=copy, number=term.number, year=term.year, season=term.season)
                              for term in Term.objects.filter(version=source)])
    old_ids: list[int] = []
    courses = []
    for course in Course.objects.filter(version=source).order_by("id"):
        old_ids.append(course.pk)
        course.pk, course.version = None, copy
        courses.append(course)
    created = Course.objects.bulk_create(courses, batch_size=500)
    new_ids = {old: course.pk for old, course in zip(old_ids, created, strict=True)}
    _copy_rows(Requisite, source, new_ids)
    _copy_rows(LearningOutcome, source, new_ids)
    _copy_rows(MatrixCell, source, new_ids)


def _copy_rows(model: type[RowT], source: ProgrammeVersion, new_ids: Mapping[int, int]) -> None:
    rows = []
    for row in model._default_manager.filter(course__version=source).order_by("id"):
        row.pk, row.course_id = None, new_ids[row.course_id]
        rows.append(row)
    model._default_manager.bulk_create(rows, batch_size=500)


@transaction.atomic
def version_publish(*, version_id: int, actor: audit.Actor, reason: str = "", edit_version: int | None = None) -> ProgrammeVersion:
    """Put a draft into force; from then on it does not change.

    Raises DoesNotExist, ``DomainError("stale")`` or ``DomainError("not_ready")`` with
    ``blockers`` and ``findings`` (the errors of the checks, each as a sentence).
    """
    version = _locked(version_id)
    not_stale(edit_version, version.edit_version)
    plan = version_plan(version_id)
    findings = check_plan(plan)
    blockers = publication_blockers(status=version.status, title=version.programme.title, courses=len(plan.courses), findings=findings)
    if blockers:
        errors = [finding for finding in findings if finding.severity == "error"]
        raise DomainError("not_ready", _("Version %(version)s cannot come into force yet.") % {"version": version.version},
                          blockers=list(blockers), findings=[{"code": finding.code, "place": finding.place_text,
                                                              "sentence": finding_sentence(finding)} for finding in errors])
    version.status = ProgrammeVersion.Status.PUBLISHED
    version.edit_version += 1
    version.save(update_fields=["status", "edit_version", "updated_at"])
    audit.record(actor=actor, verb="programme.published", target=version, before={"status": "draft"},
                 after={"status": "published", "code": version.programme.code, "version": version.version, "warnings": len(findings)},
                 reason=reason, scope_path=scope_of(version))
    return version


@transaction.atomic
def version_archive(*, version_id: int, actor: audit.Actor, reason: str = "") -> ProgrammeVersion:
    """Close a version to new students. Those who study under it go on. Raises DoesNotExist or ``DomainError("already_archived")``."""
    version = _locked(version_id)
    if version.status == ProgrammeVersion.Status.ARCHIVED:
        raise DomainError("already_archived", _("Version %(version)s is already archived.") % {"version": version.version})
    before = version.status
    version.status = ProgrammeVersion.Status.ARCHIVED
    version.edit_version += 1
    version.save(update_fields=["status", "edit_version", "updated_at"])
    audit.record(actor=actor, verb="programme.archived", target=version, before={"status": before},
                 after={"status": version.status, "code": version.programme.code, "version": version.version}, reason=reason,
                 scope_path=scope_of(version))
    return version
