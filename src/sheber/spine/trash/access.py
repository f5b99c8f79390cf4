"""Whoever may delete a thing may put it back: the pages ask for each deletion, by the permission of its kind where it belonged.
Deleting for ever is for whoever runs the installation there."""

from django.http import HttpRequest

from sheber.kit.access import rule

from . import queries


def _path(_request: HttpRequest, *, deletion_id: int) -> str | None:
    return queries.scope_of(deletion_id)


for _name in ("list", "deletion", "restore"):
    rule(f"trash:{_name}", signed_in=True)
rule("trash:destroy", permission="operation.manage", scope=_path)
rule("api-v1:trash_list", signed_in=True, any_token=True)
rule("api-v1:trash_deletion", signed_in=True, any_token=True, methods=("GET",))
rule("api-v1:trash_deletion", permission="operation.manage", scope=_path, methods=("DELETE",))
rule("api-v1:trash_restore", signed_in=True, any_token=True)
