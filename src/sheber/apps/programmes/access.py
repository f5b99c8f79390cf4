"""Who may open the pages of programmes."""

from django.http import HttpRequest

from sheber.apps.programmes import queries
from sheber.kit.access import access_of, rule


def version_path(request: HttpRequest, *, code: str, version: str, **_more: object) -> str | None:
    """Organisation of the version an address names; of two with one code, the one the reader may see."""
    rows = queries.versions_named(code=code, version=version)
    seen = [row for row in rows if access_of(request).allowed("programme.view", row.organisation_path)]
    return next((row.organisation_path for row in [*seen, *rows]), None)


rule("programmes:matrix", permission="programme.view", scope=version_path)
rule("programmes:matrix_export", permission="programme.view", scope=version_path)
rule("programmes:matrix_save", permission="programme.edit", scope=version_path)
