"""Who may see organisations."""

from django.http import HttpRequest

from sheber.kit.access import rule

from . import queries


def _path(_request: HttpRequest, *, code: str) -> str | None:
    row = queries.by_code(code)
    return row.path if row else None


for _name in ("add", "edit", "move", "close", "reopen", "delete"):
    rule(f"organisations:{_name}", permission="organisation.edit", scope=_path)
rule("organisations:list", permission="organisation.view")
rule("organisations:tree", permission="organisation.view")
for _name in ("organisation", "below"):
    rule(f"organisations:{_name}", permission="organisation.view", scope=_path)
rule("api-v1:organisations_list", permission="organisation.view", methods=("GET",))
rule("api-v1:organisations_list", permission="organisation.edit", methods=("POST",))     # the operation looks at the place above
rule("api-v1:organisations_detail", permission="organisation.view", scope=_path, methods=("GET",))
rule("api-v1:organisations_detail", permission="organisation.edit", scope=_path, methods=("PUT", "DELETE"))
for _name in ("move", "close", "open"):
    rule(f"api-v1:organisations_{_name}", permission="organisation.edit", scope=_path)
