"""What every change of a version begins with."""

from django.utils.translation import gettext as _

from sheber.apps.programmes.models import Course, ProgrammeVersion
from sheber.kit.errors import DomainError


def draft_locked(*, version_id: int, edit_version: int | None) -> ProgrammeVersion:
    """The version, locked until the transaction ends.

    Raises DoesNotExist; ``DomainError("not_draft")`` when it is in force or archived; ``DomainError("stale")`` when somebody
    saved after ``edit_version`` was read (``None``: the caller has read nothing).
    """
    version = ProgrammeVersion.objects.select_for_update(of=("self",)).select_related("programme__organisation").get(pk=version_id)
    if version.status != ProgrammeVersion.Status.DRAFT:
        raise DomainError("not_draft", _("Version %(version)s is not a draft, so it cannot be changed. Begin a new version.") % {
            "version": version.version}, status=version.status)
    if edit_version is not None and edit_version != version.edit_version:
        raise DomainError("stale", _("Someone else saved this version after you opened it. Nothing you typed is lost."),
                          yours=edit_version, saved=version.edit_version)
    return version


def course_of(version: ProgrammeVersion, code: str) -> Course:
    """A course of the version. Raises ``DomainError("unknown_course")``."""
    course = Course.objects.filter(version=version, code=code).first()
    if course is None:
        raise DomainError("unknown_course", _("There is no course %(course)s in this version.") % {"course": code}, course=code)
    return course


def count_save(version: ProgrammeVersion) -> int:
    """Note that the version was saved; returns the new ``edit_version``."""
    version.edit_version += 1
    version.save(update_fields=["edit_version", "updated_at"])
    return version.edit_version


def scope_of(version: ProgrammeVersion) -> str:
    return version.programme.organisation.path
