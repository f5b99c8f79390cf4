"""Facts and terms, targets and entry levels of a draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sheber.apps.programmes import services
from sheber.apps.programmes.forms.editing import missing_languages
from sheber.apps.programmes.forms.facts import FactsForm
from sheber.apps.programmes.forms.targets import TargetsForm, names
from sheber.apps.programmes.queries.editing import version_facts_of, version_targets_of
from sheber.apps.programmes.queries.facts import LANGUAGE_NAMES
from sheber.kit.http import Request
from sheber.spine.competences.profiles import engineer_types
from sheber.spine.organisations import queries as organisations

from ..common import version_or_404
from .common import answer, closed, context_of

BLANK_TERMS = 2


def type_choices() -> list[tuple[str, str]]:
    """Engineer types, code and title."""
    return [(kind.code, str(kind.title)) for kind in engineer_types()]


@require_http_methods(["GET", "POST"])
def facts_edit(request: Request, code: str, version: str) -> HttpResponse:
    """What the programme promises as a whole, and its terms."""
    row = version_or_404(request, code, version, permission="programme.edit")
    if row.status != "draft":
        return closed(request, row, here=_("Facts"), status=409 if request.method == "POST" else 200)
    choices: dict[str, Any] = {"types": type_choices(), "languages": [(key, str(name())) for key, name in LANGUAGE_NAMES.items()],
                               "sectors": [(one.code, str(one.name)) for one in organisations.sectors()]}

    def make(data: QueryDict | None) -> FactsForm:
        return FactsForm(data, saved=version_facts_of(row.id), **choices)

    def save(form: FactsForm) -> None:
        services.facts_update(version_id=row.id, title=form.title(), facts=form.facts(), terms=form.cleaned_data["terms"],
                              actor=request.user, edit_version=form.stated_edit_version(), reason=form.cleaned_data["reason"])

    found = answer(request, row, make=make, save=save)
    if found.saved:
        messages.success(request, _("The facts are saved."))
        return HttpResponseRedirect(reverse("programmes:overview", args=[code, version]))
    rows = found.form["terms"].value() or []
    context = {**context_of(found), "row": row, "missing": missing_languages(found.form, "title"),
               "term_rows": [*rows, *([""] * 3 for _row in range(BLANK_TERMS))]}
    return render(request, "programmes/facts_edit.html", context, status=found.status)


@require_http_methods(["GET", "POST"])
def targets_edit(request: Request, code: str, version: str) -> HttpResponse:
    """Levels required of a graduate and assumed at entry, item by item, beside those of the engineer type."""
    row = version_or_404(request, code, version, permission="programme.edit")
    if row.status != "draft":
        return closed(request, row, here=_("Targets"), status=409 if request.method == "POST" else 200)

    def make(data: QueryDict | None) -> TargetsForm:
        return TargetsForm(data, saved=version_targets_of(row.id))

    def save(form: TargetsForm) -> None:
        services.targets_update(version_id=row.id, overrides=form.overrides(), entry_levels=form.entry_levels(), actor=request.user,
                                edit_version=form.stated_edit_version(), reason=form.cleaned_data["reason"])

    found = answer(request, row, make=make, save=save)
    if found.saved:
        messages.success(request, _("Targets and entry levels are saved."))
        return HttpResponseRedirect(reverse("programmes:overview", args=[code, version]))
    lines = [(one, *(found.form[name] for name in names(one.item.code))) for one in found.form.saved.rows]
    return render(request, "programmes/targets_edit.html", {**context_of(found), "row": row, "lines": lines}, status=found.status)
