"""Figures of large classes, computed anew because somebody asks."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sheber.apps.programmes import services
from sheber.kit.http import Request, stays_here

from .common import version_or_404


@require_POST
def recompute(request: Request, code: str, version: str) -> HttpResponse:
    """Start the work, and back to where it was asked for (``next``, a path of this product)."""
    row = version_or_404(request, code, version, permission="evidence.view")
    services.figures_refresh(actor=request.user, version_id=row.id)
    messages.success(request, _("The figures are being computed. Look again in a minute."))
    back = request.POST.get("next", "")
    if not stays_here(back):
        back = reverse("programmes:students", args=[code, version])
    return HttpResponseRedirect(back)
