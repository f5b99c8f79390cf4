"""The tree as pages."""

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sheber.kit import places
from sheber.kit.http import Request
from sheber.kit.sorting import alphabetical
from sheber.spine.organisations import queries
from sheber.spine.organisations.attachments import thing_of
from sheber.spine.organisations.models import Organisation

WORDS_LIMIT = 80
OPEN_MOST = 150
"""So many organisations are shown as an open tree; of more, what stands below one is read when it is opened."""
MATCHES_MOST = 100
Choice = tuple[str, str, list[tuple[str, str, bool]]]


@require_GET
def tree(request: Request) -> HttpResponse:
    """All organisations the reader may see, each below its parent; ``?q=``, ``?kind=``, ``?region=`` and ``?sector=`` keep what matches
    with all above it. Of more than ``OPEN_MOST`` only the outermost are read; what stands below one is read when it is opened."""
    paths = request.access.visible_paths("organisation.view")
    wanted = {name: request.GET.get(name, "") for name in ("kind", "region", "sector")}
    words = request.GET.get("q", "").strip()[:WORDS_LIMIT]
    narrowed = bool(words) or any(wanted.values())
    total, programmes = queries.count(paths), places.counts(request, "programmes")
    shown = matching = total
    if total <= OPEN_MOST:
        rows = queries.visible(paths)
        part = queries.tree_part(rows, words=words, **wanted)
        nodes, shown = queries.tree_nodes(part.rows, programmes), part.matching
        matching = part.matching
        choices = _choices(rows, wanted)
    else:
        if narrowed:
            found, matching, shown = queries.matching(paths, words=words, limit=MATCHES_MOST, **wanted)
            nodes = queries.tree_nodes(found, {})
        else:
            nodes = _closed(queries.tree_top(paths), programmes)
        choices = _all_choices(wanted)
    return render(request, "organisations/tree.html", {
        "nodes": nodes, "words": words, "total": total, "matching": matching, "shown": shown, "narrowed": narrowed, "choices": choices})


@require_GET
def below(request: Request, code: str) -> HttpResponse:
    """What stands directly below an organisation: the part of the tree that is read when it is opened."""
    row = queries.by_code(code)
    if row is None:
        raise Http404
    nodes = _closed(queries.children(row.path), places.counts(request, "programmes"))
    return render(request, "organisations/_below.html", {"nodes": nodes})


@require_GET
def detail(request: Request, code: str) -> HttpResponse:
    """One organisation: facts, where it stands, what stands below it, and what the systems know of it."""
    row = queries.by_code(code)
    if row is None:
        raise Http404
    above, number, programmes = queries.breadcrumbs(row.path)[:-1], queries.count([row.path]) - 1, places.counts(request, "programmes")
    if number <= OPEN_MOST:
        nodes = queries.tree_nodes([one for one in queries.subtree(row.path) if one.id != row.id], programmes)
    else:
        nodes = _closed(queries.children(row.path), programmes)
    return render(request, "organisations/detail.html", {
        "row": row, "thing": thing_of(row), "above": above, "below": nodes, "number": number,
        "panels": places.panels(request, row.path), "may_edit": request.access.allowed("organisation.edit", row.path),
        "may_move": bool(above) and request.access.allowed("organisation.edit", above[-1].path),
        "may_invite": row.is_active and request.access.allowed("role.grant", row.path),
        "may_see_people": request.access.allowed("person.view", row.path)})


def _closed(rows: tuple[queries.OrganisationRow, ...], programmes: Mapping[str, int]) -> tuple[queries.TreeNode, ...]:
    return queries.closed_nodes(rows, programmes, queries.below_counts(row.id for row in rows))


def _all_choices(wanted: dict[str, str]) -> list[Choice]:
    """Every kind, region and sector: which of them occur would have to be looked for among all organisations."""
    return _named(wanted, [(code, str(label)) for code, label in Organisation.Kind.choices],
                  {(one.code, str(one.name)) for one in queries.regions()}, {(one.code, str(one.name)) for one in queries.sectors()})


def _choices(rows: tuple[queries.OrganisationRow, ...], wanted: dict[str, str]) -> list[Choice]:
    """Only what occurs in the tree."""
    return _named(wanted, list(dict.fromkeys((row.kind, row.kind_label) for row in rows)),
                  {(row.region, str(row.region_name)) for row in rows if row.region},
                  {(row.sector, str(row.sector_name)) for row in rows if row.sector})


def _named(wanted: dict[str, str], kinds: list[tuple[str, str]], regions: set[tuple[str, str]],
           sectors: set[tuple[str, str]]) -> list[Choice]:
    """Name, label and options of each filter."""
    def options(everything: str, name: str, found: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
        return [("", everything, not wanted[name]), *((code, label, wanted[name] == code) for code, label in found)]

    def by_label(pairs: set[tuple[str, str]]) -> list[tuple[str, str]]:
        return sorted(pairs, key=lambda pair: alphabetical(pair[1]))

    return [("kind", _("Kind"), options(_("Any kind"), "kind", kinds)),
            ("region", _("Region"), options(_("Any region"), "region", by_label(regions))),
            ("sector", _("Sector"), options(_("Any sector"), "sector", by_label(sectors)))]
