"""Who may open the pages of programmes."""

from collections.abc import Callable

from django.http import HttpRequest

from sheber.apps.programmes import queries
from sheber.apps.programmes.queries.assessments import SOURCE_KIND, assessment
from sheber.apps.programmes.queries.profiles import shows_profile
from sheber.kit.access import NATIONAL, access_of, rule
from sheber.spine.evidence.queries import is_in_source
from sheber.spine.people import queries as people


def _path(permission: str) -> Callable[..., str | None]:
    """Organisation of the version an address names; of two with one code, the one where the reader holds the permission."""
    def path(request: HttpRequest, *, code: str, version: str, **_more: object) -> str | None:
        rows = queries.versions_named(code=code, version=version)
        seen = [row for row in rows if access_of(request).allowed(permission, row.organisation_path)]
        return next((row.organisation_path for row in [*seen, *rows]), None)

    return path


version_path = _path("programme.view")


rule("programmes:matrix", permission="programme.view", scope=version_path)
rule("programmes:matrix_export", permission="programme.view", scope=version_path)
rule("programmes:matrix_save", permission="programme.edit", scope=_path("programme.edit"))

rule("programmes:list", permission="programme.overview")
rule("programmes:programme", permission="programme.overview")
rule("programmes:import", permission="programme.edit")
rule("programmes:import_template", permission="programme.edit")
for name in ("overview", "map_svg"):
    rule(f"programmes:{name}", permission="programme.overview", scope=_path("programme.overview"))
for name in ("findings", "history", "export"):
    rule(f"programmes:{name}", permission="programme.view", scope=version_path)
for name in ("gap", "gap_changes", "gap_item"):
    rule(f"programmes:{name}", permission="gap.view", scope=_path("gap.view"))
for name in ("publish", "revise", "archive"):
    rule(f"programmes:{name}", permission="programme.publish", scope=_path("programme.publish"))


def _person(_request: HttpRequest, *, person_id: int) -> int:
    return person_id


def _person_paths(_request: HttpRequest, *, person_id: int) -> tuple[str, ...] | None:
    """Where the person studies or works; somebody who belongs nowhere is for those who look after the whole nation."""
    return people.home_paths(person_id) or (None if people.person(person_id) is None else (NATIONAL,))


def _assessment_path(_request: HttpRequest, *, assessment_id: int) -> str | None:
    row = assessment(assessment_id)
    return None if row is None else row.organisation_path


def _assessment_reader(request: HttpRequest, *, assessment_id: int) -> int | None:
    """The reader, when they assessed it or were assessed in it; the page shows the latter the own row only."""
    reader = request.user.pk
    if reader is None:
        return None
    row = assessment(assessment_id)
    is_part = row is not None and (row.assessor_id == reader or is_in_source(reader, SOURCE_KIND, str(assessment_id)))
    return reader if is_part else None


rule("students:list", permission="evidence.view")
rule("students:me", signed_in=True)


def _profile_paths(request: HttpRequest, *, person_id: int) -> tuple[str, ...] | None:
    """Where the person belongs, if they agree to be seen; otherwise there is no such profile."""
    return _person_paths(request, person_id=person_id) if shows_profile(person_id) else None


rule("students:profiles", permission="profile.view")
rule("students:profile", permission="profile.view", scope=_profile_paths, owner=_person)
rule("api-v1:students_profiles", permission="profile.view")
rule("api-v1:students_profile", permission="profile.view", scope=_profile_paths, owner=_person)
rule("students:student", permission="evidence.view", scope=_person_paths, owner=_person)
rule("students:assessment", permission="evidence.view", scope=_assessment_path, owner=_assessment_reader)
for name in ("students", "course"):
    rule(f"programmes:{name}", permission="programme.view", scope=version_path)

for name in ("list", "versions"):
    rule(f"api-v1:programmes_{name}", permission="programme.overview", methods=("GET",))
rule("api-v1:programmes_list", permission="programme.edit", methods=("POST",))  # the operation asks again, at the organisation
rule("api-v1:programmes_version", permission="programme.overview", scope=_path("programme.overview"), methods=("GET",))
rule("api-v1:programmes_version", permission="programme.edit", scope=_path("programme.edit"), methods=("DELETE",))
rule("api-v1:programmes_metrics", permission="programme.overview", scope=_path("programme.overview"))
for name in ("findings", "history", "export", "classes"):
    rule(f"api-v1:programmes_{name}", permission="programme.view", scope=version_path)
for name, changes in (("matrix", ("PATCH",)), ("courses", ("POST",)), ("course", ("PATCH", "PUT", "DELETE"))):
    rule(f"api-v1:programmes_{name}", permission="programme.view", scope=version_path, methods=("GET",))
    rule(f"api-v1:programmes_{name}", permission="programme.edit", scope=_path("programme.edit"), methods=changes)
for name in ("requisites", "facts"):
    rule(f"api-v1:programmes_{name}", permission="programme.edit", scope=_path("programme.edit"))
rule("api-v1:programmes_targets", permission="programme.overview", scope=_path("programme.overview"), methods=("GET",))
rule("api-v1:programmes_targets", permission="programme.edit", scope=_path("programme.edit"), methods=("PUT",))
for name in ("gap", "gap_changes", "gap_item"):
    rule(f"api-v1:programmes_{name}", permission="gap.view", scope=_path("gap.view"))
for name in ("publish", "revise", "archive"):
    rule(f"api-v1:programmes_{name}", permission="programme.publish", scope=_path("programme.publish"))
for name in ("import", "import_template"):
    rule(f"api-v1:programmes_{name}", permission="programme.edit")
rule("api-v1:programmes_demand", permission="framework.view")
rule("api-v1:programmes_students", permission="evidence.view", scope=_path("evidence.view"))
rule("programmes:recompute", permission="evidence.view", scope=_path("evidence.view"))
rule("api-v1:programmes_figures", permission="evidence.view", scope=_path("evidence.view"))
rule("api-v1:students_list", permission="evidence.view")
rule("api-v1:students_attainment", permission="evidence.view", scope=_person_paths, owner=_person)
for name in ("assessment", "results"):
    rule(f"api-v1:students_{name}", permission="evidence.view", scope=_assessment_path, owner=_assessment_reader)

rule("programmes:new", permission="programme.edit")
for name in ("course_add", "course_edit", "course_remove", "facts_edit", "targets_edit", "version_delete"):
    rule(f"programmes:{name}", permission="programme.edit", scope=_path("programme.edit"))
