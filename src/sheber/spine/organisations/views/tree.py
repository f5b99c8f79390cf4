"""The tree as pages."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sheber.kit import places
from sheber.kit.http import Request
from sheber.kit.sorting import alphabetical
from sheber.spine.organisations import queries

WORDS_LIMIT = 80


@require_GET
def tree(request: Request) -> HttpResponse:
    """All organisations the reader may see, each below its parent; ``?q=``, ``?kind=``, ``?region=`` and ``?sector=`` keep what matches
    with all above it."""
    rows = queries.visible(request.access.visible_paths("organisation.view"))
    wanted = {name: request.GET.get(name, "") for name in ("kind", "region", "sector")}
    words = request.GET.get("q", "").strip()[:WORDS_LIMIT]
    found = queries.tree_part(rows, words=words, **wanted)
    return render(request, "organisations/tree.html", {
        "nodes": queries.tree_nodes(found.rows, places.counts(request, "programmes")), "words": words, "total": len(rows),
        "matching": found.matching, "narrowed": bool(words) or any(wanted.values()), "choices": _choices(rows, wanted)})


@require_GET
def detail(request: Request, code: str) -> HttpResponse:
    """One organisation: facts, where it stands, what stands below it, and what the systems know of it."""
    row = queries.by_code(code)
    if row is None:
        raise Http404
    above = queries.breadcrumbs(row.path)[:-1]
    below = [one for one in queries.subtree(row.path) if one.id != row.id]
    return render(request, "organisations/detail.html", {
        "row": row, "above": above, "below": queries.tree_nodes(below, places.counts(request, "programmes")), "number": len(below),
        "panels": places.panels(request, row.path), "may_edit": request.access.allowed("organisation.edit", row.path),
        "may_move": bool(above) and request.access.allowed("organisation.edit", above[-1].path),
        "may_invite": row.is_active and request.access.allowed("role.grant", row.path),
        "may_see_people": request.access.allowed("person.view", row.path)})


def _choices(rows: tuple[queries.OrganisationRow, ...], wanted: dict[str, str]) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Name, label and options of each filter; only what occurs in the tree can be chosen."""
    kinds = dict.fromkeys((row.kind, row.kind_label) for row in rows)
    regions = {(row.region, str(row.region_name)) for row in rows if row.region}
    sectors = {(row.sector, str(row.sector_name)) for row in rows if row.sector}

    def options(everything: str, name: str, found: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
        return [("", everything, not wanted[name]), *((code, label, wanted[name] == code) for code, label in found)]

    def by_label(pairs: set[tuple[str, str]]) -> list[tuple[str, str]]:
        return sorted(pairs, key=lambda pair: alphabetical(pair[1]))

    return [("kind", _("Kind"), options(_("Any kind"), "kind", list(kinds))),
            ("region", _("Region"), options(_("Any region"), "region", by_label(regions))),
            ("sector", _("Sector"), options(_("Any sector"), "sector", by_label(sectors)))]
