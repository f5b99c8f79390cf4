"""The list of programmes."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sheber.apps.programmes import queries
from sheber.apps.programmes.queries.listing import ListedProgramme, listed_programmes
from sheber.kit.exports import export
from sheber.kit.http import Request, wants_part
from sheber.kit.tables import Column, Filter, Table
from sheber.spine.people.access import visible_paths


def _table(request: Request, rows: Sequence[ListedProgramme]) -> Table[ListedProgramme]:
    types = {row.version.engineer_type.code: row.version.engineer_type for row in rows}
    kinds = [(kind.code, str(kind.title)) for kind in sorted(types.values(), key=lambda kind: kind.sort)]
    houses = sorted({str(row.version.university_short) for row in rows})
    columns: list[Column[ListedProgramme]] = [
        Column("code", _("Code"), lambda row: row.version.code),
        Column("title", _("Programme"), lambda row: str(row.version.title)),
        Column("university", _("University"), lambda row: str(row.version.university_short)),
        Column("type", _("Engineer type"), lambda row: str(row.version.engineer_type.title),
               key=lambda row: row.version.engineer_type.sort),
        Column("credits", _("Credits"), lambda row: row.version.credits, numeric=True),
        Column("students", _("Students"), lambda row: row.version.students, numeric=True),
        Column("planned", _("Planned to target"), lambda row: row.reached, numeric=True),
        Column("findings", _("Findings"), lambda row: row.findings, numeric=True),
        Column("status", _("Status"), lambda row: row.version.status_label),
    ]
    return Table(columns, rows, request, default="code", search=lambda row: f"{row.version.code} {row.search_text}", filters=[
        Filter("kind", _("Engineer type"), [("", _("Any type")), *kinds], value=lambda row: row.version.engineer_type.code),
        Filter("house", _("University"), [("", _("Any university")), *((house, house) for house in houses)],
               value=lambda row: str(row.version.university_short)),
    ])


@require_GET
def programme_list(request: Request) -> HttpResponse:
    """Programmes the reader may see, each with what its checks found; ``?format=csv|xlsx`` exports the rows shown."""
    table = _table(request, listed_programmes(visible_paths(request.user, "programme.overview")))
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"}:
        headings, rows = table.export()
        return export("csv" if kind == "csv" else "xlsx", headings, rows, title=_("Programmes"), filename="programmes",
                      synthetic=any(row.version.is_synthetic for row in table))
    may_import = bool(visible_paths(request.user, "programme.edit"))
    page = "programmes/_list_table.html" if wants_part(request) else "programmes/list.html"
    return render(request, page, {"table": table, "may_import": may_import})


@require_GET
def programme(request: Request, code: str) -> HttpResponse:
    """To the version in force, or the newest one, of those the reader may see; a search when there is none."""
    chosen = queries.latest_version(code, paths=visible_paths(request.user, "programme.overview"))
    if chosen is None:
        return HttpResponseRedirect(f"{reverse('programmes:list')}?{urlencode({'q': code})}")
    return HttpResponseRedirect(reverse("programmes:overview", args=[chosen.code, chosen.version]))
