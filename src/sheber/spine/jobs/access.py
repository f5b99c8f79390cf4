"""Operators of an organisation see the work for it and below; a person sees what they asked for."""

from django.http import HttpRequest

from sheber.kit.access import rule

from . import queries

PERMISSION = "operation.manage"


def _path(_request: HttpRequest, *, job_id: int) -> str | None:
    return queries.job_path(job_id)


def _starter(_request: HttpRequest, *, job_id: int) -> int | None:
    return queries.job_starter(job_id)


rule("jobs:list", permission=PERMISSION)
for _name in ("job", "progress", "cancel", "retry"):
    rule(f"jobs:{_name}", permission=PERMISSION, scope=_path, owner=_starter)
rule("api-v1:jobs_list", permission=PERMISSION)
rule("api-v1:jobs_mine", signed_in=True)
rule("api-v1:jobs_workers", permission=PERMISSION, scope=lambda _request: "/")
rule("api-v1:jobs_schedule", permission=PERMISSION)
for _name in ("job", "cancel", "retry"):
    rule(f"api-v1:jobs_{_name}", permission=PERMISSION, scope=_path, owner=_starter)
