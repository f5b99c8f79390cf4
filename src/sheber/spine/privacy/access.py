"""Who may open the pages of privacy: everybody, about themselves; requests for erasure: whoever edits the person.

Pages about oneself refuse tokens in the view too.
"""

from django.http import HttpRequest

from sheber.kit.access import rule
from sheber.spine.people.access import person_paths

from .models import ErasureRequest

rule("privacy:overview", signed_in=True)
rule("privacy:download", signed_in=True)
rule("privacy:erasure", signed_in=True)
rule("privacy:erasure_withdraw", signed_in=True)
rule("privacy:consents", signed_in=True)
rule("api-v1:privacy_consents", signed_in=True)
rule("api-v1:privacy_consent", signed_in=True)


def _request_paths(request: HttpRequest, *, request_id: int) -> tuple[str, ...] | None:
    person = ErasureRequest.objects.filter(pk=request_id).values_list("person_id", flat=True).first()
    return None if person is None else person_paths(request, person_id=person)


rule("privacy:requests", permission="person.edit")
rule("privacy:consent_counts", permission="person.edit")
rule("privacy:decide", permission="person.edit", scope=_request_paths)
rule("privacy:erase", permission="person.edit", scope=person_paths)
rule("api-v1:privacy_requests", permission="person.edit")
rule("api-v1:privacy_consent_counts", permission="person.edit")
for _name in ("refuse", "keep_end"):
    rule(f"api-v1:privacy_{_name}", permission="person.edit", scope=_request_paths)
rule("api-v1:privacy_erase", permission="person.edit", scope=person_paths)
