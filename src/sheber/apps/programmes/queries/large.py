"""Groups of students so large that their figures are computed before somebody looks."""

from dataclasses import dataclass

from django.db.models import Count

from sheber.apps.programmes.models import Enrolment, ProgrammeVersion

from . import gap


@dataclass(frozen=True, slots=True)
class LargeVersion:
    """A version with ``KEPT_FROM`` students and more."""

    id: int
    framework_id: int


def large_versions() -> tuple[LargeVersion, ...]:
    """Versions with many students. One query."""
    found = ProgrammeVersion.objects.annotate(n=Count("enrolments")).filter(n__gte=gap.KEPT_FROM).order_by("framework_id", "id")
    return tuple(LargeVersion(*row) for row in found.values_list("id", "framework_id"))


def students_of(version_id: int) -> list[int]:
    """Who studies or studied by a version. One query."""
    return list(Enrolment.objects.filter(version_id=version_id).order_by("student_id").values_list("student_id", flat=True).distinct())


def figures_path(version_id: int) -> str | None:
    """Path of the organisation that answers for a version, for the list of background work. One query."""
    return ProgrammeVersion.objects.filter(pk=version_id).values_list("programme__organisation__path", flat=True).first()
