"""Starting a programme."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sheber.apps.programmes import services
from sheber.apps.programmes.forms.editing import missing_languages
from sheber.apps.programmes.forms.starting import NewProgrammeForm
from sheber.apps.programmes.services.starting import HOUSES
from sheber.kit.errors import DomainError
from sheber.kit.http import Request
from sheber.spine.organisations import queries as organisations
from sheber.spine.people.access import visible_paths

from .facts import type_choices


@require_http_methods(["GET", "POST"])
def programme_new(request: Request) -> HttpResponse:
    """Code, title, place and kind; then the overview of an empty draft, which says what to do next."""
    houses = [(one.code, f"{one.name} ({one.code})") for one in organisations.visible(visible_paths(request.user, "programme.edit"))
              if one.kind in HOUSES and one.is_active]
    form = NewProgrammeForm(request.POST if request.method == "POST" else None, organisations=houses, types=type_choices(),
                            version=f"{timezone.localdate().year}.1")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("code", "organisation", "engineer_type", "degree", "years", "system",
                                                                 "version", "reason")}
            try:
                draft = services.programme_start(title=form.title(), actor=request.user, **given)
            except DomainError as no:
                status = 409
                _tell(form, no)
            else:
                messages.success(request, _("Programme %(code)s is started as a draft.") % {"code": given["code"]})
                return HttpResponseRedirect(reverse("programmes:overview", args=[given["code"], draft.version]))
    return render(request, "programmes/programme_new.html", {"form": form, "missing": missing_languages(form, "title"),
                                                             "has_houses": bool(houses)}, status=status)


def _tell(form: NewProgrammeForm, no: DomainError) -> None:
    fields = {name: wrong for name, wrong in dict(no.detail.get("fields") or {}).items() if name in form.fields}
    for name, wrong in fields.items():
        for sentence in wrong:
            form.add_error(name, sentence)
    if not fields:
        form.add_error(None, str(no.message))
