"""Who may open the pages of programmes."""

from collections.abc import Callable

from django.http import HttpRequest

from sheber.apps.programmes import queries
from sheber.kit.access import access_of, rule


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
rule("programmes:matrix_save", permission="programme.edit", scope=version_path)

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
    rule(f"programmes:{name}", permission="programme.publish", scope=version_path)
