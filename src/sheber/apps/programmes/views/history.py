"""History of a version: versions of the programme, and everything written to this one. Life of a version: revise, publish, archive."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sheber.apps.programmes import queries, services
from sheber.apps.programmes.forms import ReviseForm
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.kit import editing
from sheber.kit.errors import DomainError
from sheber.kit.http import Request
from sheber.spine.people.access import allowed

from .common import may_edit, tabs, version_or_404

SHOWN = 200


def _page(request: Request, row: VersionRow, *, form: ReviseForm | None = None, refusal: DomainError | None = None) -> HttpResponse:
    may_publish = allowed(request.user, "programme.publish", row.organisation_path)
    return render(request, "programmes/history.html", {
        "row": row, "entries": queries.version_history(row.id, limit=SHOWN), "versions": queries.versions_of(row.programme_id),
        "tabs": tabs(row, "history"), "may_publish": may_publish, "form": form or ReviseForm(), "refusal": refusal, "shown": SHOWN,
        "may_revise": may_publish and row.status != "draft", "may_archive": may_publish and row.status != "archived",
        "may_delete": may_edit(request, row),
    }, status=409 if refusal else 422 if form and form.errors else 200)


@require_GET
def history(request: Request, code: str, version: str) -> HttpResponse:
    """What was done, by whom, when and why."""
    return _page(request, version_or_404(request, code, version))


@require_POST
def publish(request: Request, code: str, version: str) -> HttpResponse:
    """Put a draft into force."""
    row = version_or_404(request, code, version, permission="programme.publish")
    try:
        services.version_publish(version_id=row.id, actor=request.user, reason=request.POST.get("reason", "")[:300],
                                 edit_version=editing.version_stated(request.POST.get("edit_version")))
    except DomainError as no:
        if no.code == "stale":
            no = DomainError("stale", _("Somebody changed this draft after you opened the page: its history below says what. "
                                        "Look at it, then put it into force."))
        return _page(request, version_or_404(request, code, version, permission="programme.publish"), refusal=no)
    messages.success(request, _("Version %(version)s is in force.") % {"version": row.version})
    return HttpResponseRedirect(reverse("programmes:history", args=[code, version]))


@require_POST
def archive(request: Request, code: str, version: str) -> HttpResponse:
    """Close a version to new students."""
    row = version_or_404(request, code, version, permission="programme.publish")
    try:
        services.version_archive(version_id=row.id, actor=request.user, reason=request.POST.get("reason", "")[:300])
    except DomainError as no:
        return _page(request, row, refusal=no)
    messages.success(request, _("Version %(version)s is archived.") % {"version": row.version})
    return HttpResponseRedirect(reverse("programmes:history", args=[code, version]))


@require_POST
def revise(request: Request, code: str, version: str) -> HttpResponse:
    """Begin the draft that replaces a version."""
    row = version_or_404(request, code, version, permission="programme.publish")
    form = ReviseForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form=form)
    try:
        draft = services.version_revise(version_id=row.id, version=form.cleaned_data["version"], actor=request.user,
                                        reason=form.cleaned_data["reason"])
    except DomainError as no:
        return _page(request, row, form=form, refusal=no)
    messages.success(request, _("Draft %(version)s is made. Change it, check it, put it into force.") % {"version": draft.version})
    return HttpResponseRedirect(reverse("programmes:overview", args=[code, draft.version]))
