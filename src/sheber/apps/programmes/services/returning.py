"""What is looked at before a deleted course or draft comes back, and what is counted after."""

from django.utils.translation import gettext as _

from sheber.apps.programmes.models import Course, Programme, ProgrammeVersion
from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.trash.registry import Returning

from .guards import count_save, draft_locked, scope_of


def course_fits(what: Returning) -> None:
    """Its version is still a draft, and locked now; its code is free. That the version is there at all is asked by the trash."""
    try:
        version = draft_locked(version_id=what.extra["version_id"], edit_version=None)
    except ProgrammeVersion.DoesNotExist:
        return
    code = what.extra["course"]
    if Course.objects.filter(version=version, code=code).exists():
        raise DomainError("place_taken", _("There is a course %(course)s in this version again. Give that one another code first.") % {
            "course": code}, course=code)


def course_is_back(what: Returning) -> None:
    """The version was saved; its history says so."""
    version = draft_locked(version_id=what.extra["version_id"], edit_version=None)
    count_save(version)
    audit.record(actor=what.actor, verb="programme.course_restored", target=version, reason=what.reason, scope_path=scope_of(version),
                 after={"course": what.extra["course"], "links_left": what.left})


def version_fits(what: Returning) -> None:
    """The name of the draft is free, and so is its place after the version that it is to replace."""
    extra = what.extra
    Programme.objects.select_for_update().filter(pk=extra["programme_id"]).first()
    if ProgrammeVersion.objects.filter(programme_id=extra["programme_id"], version=extra["version"]).exists():
        raise DomainError("place_taken", _("There is a version %(version)s of this programme again.") % {"version": extra["version"]})
    other = ProgrammeVersion.objects.filter(replaces_id=extra["replaces_id"]).first() if extra["replaces_id"] else None
    if other is not None:
        raise DomainError("place_taken", _("Draft %(version)s was begun in its place. Delete that one first.") % {"version": other.version})


def version_is_back(what: Returning) -> None:
    """Its history says so."""
    version = ProgrammeVersion.objects.select_related("programme__organisation").get(pk=what.target_id)
    audit.record(actor=what.actor, verb="programme.version_restored", target=version, reason=what.reason, scope_path=scope_of(version),
                 after={"code": version.programme.code, "version": version.version})
