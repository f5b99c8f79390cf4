"""Who may read the trail."""

from django.http import HttpRequest

from sheber.kit.access import NATIONAL, rule


def _nation(_request: HttpRequest) -> str:
    """The chain is one for the whole nation, so whoever has it verified looks after the whole nation."""
    return NATIONAL


rule("audit:list", permission="audit.view")
rule("api-v1:audit_entries", permission="audit.view")
rule("api-v1:audit_verification", permission="audit.view", scope=_nation)
