"""A draft is deleted from a page that says what goes with it."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sheber.apps.programmes.services import deleting
from sheber.kit.http import Request
from sheber.spine.trash.asking import Asked, ask

from ..common import version_or_404
from .common import closed


@require_http_methods(["GET", "POST"])
def version_delete(request: Request, code: str, version: str) -> HttpResponse:
    """Ask, then put the draft into the trash; with the programme when it has no other version."""
    row = version_or_404(request, code, version, permission="programme.edit")
    if row.status != "draft":
        return closed(request, row, here=_("Delete the draft"), status=409 if request.method == "POST" else 200)
    alone = deleting.is_alone(row.id)
    asked = Asked(
        heading=_("Delete draft %(version)s of %(code)s?") % {"version": version, "code": code}, button=_("Delete the draft"),
        thing_title=str(row.title), thing_label=f"{code} {version}", thing_url=reverse("programmes:overview", args=[code, version]),
        list_label=_("Programmes"), list_url=reverse("programmes:list"), edit_version=row.edit_version,
        history=("programmes.programmeversion", row.id),
        note=_("The programme has no other version, so it goes too.") if alone else "")
    then = reverse("programmes:list") if alone else reverse("programmes:programme", args=[code])
    return ask(request, asked, going=lambda: deleting.going_with_version(row.id), then=then,
               delete=lambda stated, reason: deleting.version_delete(version_id=row.id, actor=request.user, edit_version=stated,
                                                                      reason=reason).deletion_id,
               done=_("Draft %(version)s of %(code)s is deleted.") % {"version": version, "code": code})
