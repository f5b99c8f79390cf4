"""An item of evidence as a page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sheber.kit.http import Request
from sheber.spine.competences.queries import proficiency_scale

from . import queries


@require_GET
def item(request: Request, item_id: int) -> HttpResponse:
    """What was shown, who saw it, where it can be opened, and its line of corrections."""
    detail = queries.item_detail(item_id)
    if detail is None:
        raise Http404
    may_open = bool(detail.source.url) and detail.source.visible_to(request.user)
    scale = proficiency_scale() if detail.item.level is not None else ()
    near = [row for row in scale if detail.item.level is not None and abs(row.level - detail.item.level) < 1]
    return render(request, "evidence/item.html", {"detail": detail, "item": detail.item, "may_open": may_open, "near": near})
