"""Frameworks and their competences, engineer types, occupations and the proficiency scale as pages."""

import json
from collections.abc import Sequence
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sheber.kit import exports
from sheber.kit.access import NATIONAL
from sheber.kit.http import Request
from sheber.kit.sorting import alphabetical
from sheber.kit.sources import source_words
from sheber.kit.tables import Column, Filter, Table
from sheber.spine.trash.asking import Asked, ask

from . import demands, queries, services
from .case import queries as case
from .case.views import server_of
from .demands import ListedOccupation

LEVELS_OPEN: Final = 2
WORDS_LIMIT: Final = 80


@require_GET
def frameworks(request: Request) -> HttpResponse:
    """Every framework in every version that was published; drafts too for those who may edit them."""
    return render(request, "competences/frameworks.html", {
        "rows": queries.framework_list(with_drafts=bool(request.access.visible_paths("framework.edit"))),
        "may_edit": request.access.allowed("framework.edit", NATIONAL)})


@require_GET
def framework_newest(_request: Request, code: str) -> HttpResponse:
    """The version in force."""
    row = queries.framework(code)
    if row is None:
        raise Http404
    return redirect("competences:framework", code=row.code, version=row.version)


@require_GET
def framework(request: Request, code: str, version: str) -> HttpResponse:
    """A framework as a tree that folds. ``?q=`` keeps what matches with all above it, ``?levels=`` opens so many levels. A draft is for
    those who may edit it."""
    row = queries.framework(code, version)
    if row is None or not _may_see(request, row):
        raise Http404
    words = request.GET.get("q", "").strip()[:WORDS_LIMIT]
    rows = queries.framework_tree(row.id)
    deepest = max((one.depth for one in rows), default=1)
    asked = request.GET.get("levels", "")
    shown = int(asked) if asked in {str(n) for n in range(1, deepest + 1)} else min(LEVELS_OPEN, deepest)
    found = queries.tree_part(rows, words)
    nodes = queries.tree_nodes(found.rows, queries.alignments_of(row.id))
    choices = [(n, ngettext("%(n)s level open", "%(n)s levels open", n) % {"n": n}, n == shown) for n in range(1, deepest + 1)]
    return render(request, "competences/framework.html", {
        "framework": row, "nodes": nodes, "words": words, "levels": choices, "open_below": deepest if words else shown,
        "may_delete": row.status == "draft" and request.access.allowed("framework.edit", NATIONAL),
        "matching": found.matching, "total": len(rows), "sources": source_words(row.sources)})


@require_GET
def framework_case(request: Request, code: str, version: str) -> HttpResponse:
    """The framework as a CASE package; ``?case=1.0`` for servers that know the older version only."""
    row = queries.framework(code, version)
    if row is None or not _may_see(request, row):
        raise Http404
    older = request.GET.get("case") == "1.0"
    package = case.package(row.id, version="1.0" if older else "1.1", server=server_of(request), language=(get_language() or "en")[:2])
    content = json.dumps(package, ensure_ascii=False, indent=1).encode()
    return exports.download(content, "application/json", f"{code}-{version}-case-{'1.0' if older else '1.1'}.json")


@require_GET
def competence(request: Request, code: str, version: str, competence_code: str) -> HttpResponse:
    """A competence: what it means, where it stands, what it matches in other frameworks, where the fact comes from."""
    detail = queries.competence_detail(code, version, competence_code)
    if detail is None or not _may_see(request, detail.framework):
        raise Http404
    table = demands.type_table() if detail.framework.code == demands.GAP_FRAMEWORK else None
    asked = next((one for one in table.rows if one.item.code == competence_code), None) if table else None
    pairs = list(zip(table.types, asked.cells, strict=True)) if table and asked else []
    return render(request, "competences/competence.html", {
        "detail": detail, "framework": detail.framework, "row": detail.competence, "asked": pairs,
        "sources": source_words(detail.competence.sources)})


@require_GET
def types(request: Request) -> HttpResponse:
    """The engineer types side by side: what each requires of a graduate, item by item."""
    table = demands.type_table()
    kind = exports.known(request.GET.get("export", ""))
    if kind is not None:
        headings = [_("Code"), _("Competence"), *(f"{one.title}: {part}" for one in table.types for part in (_("level"), _("weight")))]
        rows = [[row.item.code, str(row.item.title), *(value for cell in row.cells for value in (cell.level, cell.weight))]
                for row in table.rows]
        return exports.export(kind, headings, rows, title=_("Engineer types"), filename="engineer-types")
    counts = demands.occupation_counts()
    return render(request, "competences/types.html", {
        "table": table, "cards": [(one, table.profiles[one.code], counts.get(one.code, 0)) for one in table.types]})


@require_GET
def type_detail(request: Request, type_code: str) -> HttpResponse:
    """One engineer type: the level and the weight of each item, and the occupations that belong to it."""
    table = demands.type_table()
    kind = next((one for one in table.types if one.code == type_code), None)
    if kind is None:
        raise Http404
    place = table.types.index(kind)
    profile = table.profiles[type_code]
    return render(request, "competences/type.html", {
        "kind": kind, "profile": profile, "framework": table.framework, "types": table.types,
        "rows": [(row.item, row.cells[place]) for row in table.rows], "sources": source_words(profile.sources),
        "occupations": queries.occupation_list(engineer_type=type_code, limit=1000)})


@require_GET
def occupations(request: Request) -> HttpResponse:
    """Occupations with a demand profile: sorted, searched in three languages, filtered; ``?format=csv|xlsx`` exports the rows shown."""
    table = _occupation_table(request, demands.occupation_rows())
    kind = exports.known(request.GET.get("format", ""))
    if kind is not None:
        headings, rows = table.export()
        return exports.export(kind, headings, rows, title=_("Occupations"), filename="occupations")
    return render(request, "competences/occupations.html", {"table": table})


@require_GET
def occupation(request: Request, soc: str) -> HttpResponse:
    """One occupation: what the source rates, and what that asks beyond or below its engineer type."""
    page = demands.occupation_page(soc)
    if page is None:
        raise Http404
    return render(request, "competences/occupation.html", {
        "page": page, "occupation": page.occupation, "sector": demands.sector_names().get(page.occupation.sector_code),
        "above": [row for row in page.rows if row.deviation > 0 and not row.is_noise and not row.is_kept],
        "below": [row for row in page.rows if row.deviation < 0 and not row.is_noise and not row.is_kept],
        "weak": [row for row in page.rows if row.is_weak], "sources": source_words(page.profile.sources)})


@require_GET
def levels(request: Request) -> HttpResponse:
    """The proficiency scale: what each level means and what would show it."""
    rows = queries.proficiency_scale()
    return render(request, "competences/levels.html", {
        "rows": rows, "sources": source_words(sorted({source for row in rows for source in row.sources}))})


def _occupation_table(request: Request, rows: Sequence[ListedOccupation]) -> Table[ListedOccupation]:
    kinds = dict.fromkeys((row.job.engineer_type, str(row.job.engineer_type_title)) for row in rows)
    branches = sorted({(row.job.sector_code, row.sector or _("several branches")) for row in rows}, key=lambda pair: alphabetical(pair[1]))
    columns: list[Column[ListedOccupation]] = [
        Column("title", _("Occupation"), lambda row: str(row.job.title)),
        Column("type", _("Engineer type"), lambda row: str(row.job.engineer_type_title)),
        Column("sector", _("Branch"), lambda row: row.sector or _("several branches")),
        Column("zone", _("Job zone"), lambda row: row.job.job_zone, numeric=True),
        Column("soc", _("SOC"), lambda row: row.job.soc), Column("isco", _("ISCO-08"), lambda row: row.job.isco08),
        Column("field", _("Programme field"), lambda row: row.job.programme_field),
    ]
    filters: list[Filter[ListedOccupation]] = [
        Filter("type", _("Engineer type"), [("", _("Any type")), *kinds], value=lambda row: row.job.engineer_type),
        Filter("sector", _("Branch"), [("", _("Any branch")), *branches], value=lambda row: row.job.sector_code)]
    return Table(columns, rows, request, filters=filters, default="title", page_size=100,
                 search=lambda row: " ".join((row.job.soc, row.job.isco08, *row.job.title.values())))


def _may_see(request: Request, row: queries.FrameworkRow) -> bool:
    return row.status != "draft" or bool(request.access.visible_paths("framework.edit"))


@require_http_methods(["GET", "POST"])
def framework_delete(request: Request, code: str, version: str) -> HttpResponse:
    """Ask, then put a draft into the trash."""
    row = queries.framework(code, version)
    if row is None or not _may_see(request, row):
        raise Http404
    if not request.access.allowed("framework.edit", NATIONAL):
        raise PermissionDenied
    asked = Asked(
        heading=_("Delete the draft %(code)s %(version)s?") % {"code": code, "version": version}, button=_("Delete the draft"),
        thing_title=str(row.title), thing_label=str(row.title), thing_url=reverse("competences:framework", args=[code, version]),
        list_label=_("Competence frameworks"), list_url=reverse("competences:frameworks"), edit_version=row.edit_version,
        history=("competences.framework", row.id))
    return ask(request, asked, going=lambda: services.going_with_framework(row.id), then=reverse("competences:frameworks"),
               delete=lambda stated, reason: services.framework_delete(actor=request.user, framework_id=row.id, reason=reason,
                                                                       edit_version=stated),
               done=_("The draft %(code)s %(version)s is deleted.") % {"code": code, "version": version})
