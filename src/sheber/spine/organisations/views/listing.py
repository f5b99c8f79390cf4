"""All organisations as a table: for a tree of hundreds of departments."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sheber.kit.exports import export, known
from sheber.kit.http import Request
from sheber.kit.tables import Column, Filter, Query, Slice, Table
from sheber.spine.organisations import queries
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.queries import OrganisationRow


def state_names() -> dict[str, str]:
    """Whether anything new begins there."""
    return {"open": _("open"), "closed": _("closed")}


@require_GET
def listing(request: Request) -> HttpResponse:
    """Searched, sorted and cut by the database; ``?format=csv|xlsx`` exports what passes."""
    paths, names = request.access.visible_paths("organisation.view"), state_names()
    columns: list[Column[OrganisationRow]] = [
        Column("code", _("Code"), lambda row: row.code), Column("name", _("Name"), lambda row: str(row.name)),
        Column("kind", _("Kind"), lambda row: row.kind_label), Column("region", _("Region"), lambda row: str(row.region_name or "")),
        Column("state", _("State"), lambda row: names["open" if row.is_active else "closed"])]
    filters: list[Filter[OrganisationRow]] = [
        Filter("kind", _("Kind"), [("", _("Any kind")), *((code, str(label)) for code, label in Organisation.Kind.choices)]),
        Filter("region", _("Region"), [("", _("Any region")), *((one.code, str(one.name)) for one in queries.regions())]),
        Filter("sector", _("Sector"), [("", _("Any sector")), *((one.code, str(one.name)) for one in queries.sectors())]),
        Filter("state", _("State"), [("", _("Any state")), *names.items()])]

    def answer(query: Query) -> Slice[OrganisationRow]:
        return queries.list_slice(query, paths=paths)

    table = Table(columns, answer, request, default="name", filters=filters)
    if (kind := known(request.GET.get("format", ""))) is not None:
        headings, rows = table.export()
        return export(kind, headings, rows, title=_("Organisations"), filename="organisations",
                      synthetic=any(row.is_synthetic for row in table))
    return render(request, "organisations/list.html", {"table": table})
