"""The gap of a programme: the page, the changes that would close it, and what stands behind one item."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sheber.apps.programmes.charts.gap_chart import gap_chart, spread_chart
from sheber.apps.programmes.queries.changes import proposed_changes
from sheber.apps.programmes.queries.gap import GapReport, GapRow, Measured, measured, programme_gap
from sheber.apps.programmes.queries.gap_item import PersonSource, item_sources
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.apps.programmes.queries.weak_proof import weak_proofs
from sheber.apps.programmes.rules.gap_words import VERDICT_WORDS, change_reason, weak_sentence
from sheber.engines.competence import METHODS
from sheber.kit import charts
from sheber.kit.exports import export, known
from sheber.kit.http import Request
from sheber.kit.sources import source_words
from sheber.kit.tables import Column, Table
from sheber.spine.competences import profiles
from sheber.spine.people.access import allowed

from .common import may_see_inside, tabs, version_or_404

ORDERS = ("syllabus", "largest")


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool


def _report(request: Request, row: VersionRow, whole: Measured | None = None) -> GapReport:
    year = request.GET.get("class", "")
    method = request.GET.get("method", "")
    try:
        return programme_gap(version_id=row.id, against=request.GET.get("against", ""), on_day=timezone.localdate(),
                             class_year=_year(year),
                             method=method if method in METHODS else "",
                             named=allowed(request.user, "evidence.view", row.organisation_path), whole=whole)
    except LookupError as no:
        raise Http404(_("There is no profile named %(name)s.") % {"name": no}) from no


def _whole(request: Request, row: VersionRow) -> Measured:
    try:
        return measured(version_id=row.id, against=request.GET.get("against", ""))
    except LookupError as no:
        raise Http404(_("There is no profile named %(name)s.") % {"name": no}) from no


def _year(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) == 4 else None


def _groups(rows: Sequence[GapRow], order: str) -> list[tuple[str, list[GapRow]]]:
    """Rows under their section, or all of them with the largest gap first."""
    if order == "largest":
        return [("", sorted(rows, key=lambda row: row.worst))]
    groups: dict[str, list[GapRow]] = {}
    for row in rows:
        groups.setdefault(f"{row.section} {row.section_title}", []).append(row)
    return list(groups.items())


@require_GET
def gap(request: Request, code: str, version: str) -> HttpResponse:
    """``?against=`` type or SOC code, ``class=`` year, ``order=largest``, ``method=``; ``format=csv|xlsx|svg|png|pdf`` exports."""
    row = version_or_404(request, code, version, permission="gap.view")
    report = _report(request, row)
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"}:
        return _export(kind, row, report)
    if kind in {"svg", "png", "pdf"}:
        return charts.respond(gap_chart(report, synthetic=row.is_synthetic), kind)
    order = request.GET.get("order", "")
    order = order if order in ORDERS else "syllabus"
    types, jobs = profiles.engineer_types(), profiles.occupations()
    against = report.against
    names = {kind.code: str(kind.title) for kind in types}
    inside = may_see_inside(request, row)
    context: dict[str, Any] = {
        "row": row, "report": report, "groups": _groups(report.rows, order), "order": order, "against": against,
        "types": [Option(kind.code, str(kind.title), kind.code == against.code) for kind in types],
        "jobs": [(names[code], [Option(job.soc, str(job.title), job.soc == against.code) for job in jobs if job.engineer_type == code])
                 for code in names],
        "classes": [Option(str(one.year), _class_label(one.year, one.students, is_active=one.is_active), one.year == report.class_year)
                    for one in report.classes],
        "methods": [Option(key, key, key == report.method.key) for key in METHODS],
        "largest": next((one for one in report.rows if one.code == report.summary.largest), None),
        "tabs": tabs(row, "gap", inside=inside), "inside": inside, "against_source": source_words(against.sources),
        "query": request.GET.urlencode(), "may_recompute": allowed(request.user, "evidence.view", row.organisation_path),
        "exports": [(kind.upper(), _with(request, format=kind)) for kind in ("xlsx", "csv", "svg", "png", "pdf")],
    }
    return render(request, "programmes/gap.html", context)


def _with(request: Request, **changes: str) -> str:
    """This address with other parameters."""
    given = request.GET.copy()
    for name, value in changes.items():
        given[name] = value
    return f"?{given.urlencode()}"


def _class_label(year: int, students: int, *, is_active: bool) -> str:
    values = {"year": year, "n": students}
    return _("Class of %(year)s, n = %(n)s") % values if is_active else _("Class of %(year)s, left, n = %(n)s") % values


def _export(kind: str, row: VersionRow, report: GapReport) -> HttpResponse:
    headings = [_("Item"), _("Title"), _("Weight"), _("Required level"), _("Required, low"), _("Required, high"), _("Planned level"),
                _("Planned in"), _("Planned minus required"), _("Attained, mean"), _("Attained, low"), _("Attained, high"),
                _("Assessed people"), _("Not assessed people"), _("Attained minus required"), _("Verdict"), _("Weak source")]
    rows: list[list[object]] = [
        [one.code, str(one.title), round(one.weight, 4), one.required, one.required_low, one.required_high, one.planned,
         one.planned_course, one.planned_difference, one.attained, one.low, one.high, one.assessed, one.not_assessed, one.difference,
         str(VERDICT_WORDS[one.verdict]), weak_sentence(one.code) if one.is_weak else ""] for one in report.rows]
    against = report.against
    about = {_("Programme"): f"{row.code} {row.title}, {row.version}", _("Against"): f"{against.title} ({against.code})",
             _("Class"): str(report.class_year or ""), _("Method"): report.method.key, _("Measured"): report.measured_on.isoformat(),
             _("Source"): against.attribution or source_words(against.sources)}
    if against.attribution and kind == "csv":       # a CSV has no sheet for it, and the licence asks that it travels along
        rows.append([against.attribution])
    return export("csv" if kind == "csv" else "xlsx", headings, rows, title=_("Gap"),
                  filename=f"gap-{row.code}-{row.version}-{against.code}", synthetic=row.is_synthetic, about=about)


@require_GET
def changes(request: Request, code: str, version: str) -> HttpResponse:
    """The bundle of changes that closes most of the planned gap per added credit; loaded after the page, kept until the next save."""
    row = version_or_404(request, code, version, permission="gap.view")
    against, year = request.GET.get("against", ""), request.GET.get("class", "")
    try:
        proposal = proposed_changes(version_id=row.id, edit_version=row.edit_version, against=against)
        proofs = weak_proofs(version_id=row.id, against=against, class_year=_year(year), on_day=timezone.localdate())
    except LookupError as no:
        raise Http404(_("There is no profile named %(name)s.") % {"name": no}) from no
    return render(request, "programmes/_changes.html", {
        "row": row, "inside": may_see_inside(request, row), "proposal": proposal, "proofs": proofs,
        "changes": [(one, change_reason(one.reason)) for one in proposal.changes]})


def _people(request: Request, people: Sequence[PersonSource]) -> Table[PersonSource]:
    """Students of the class, weakest first until another order is asked for."""
    columns: list[Column[PersonSource]] = [
        Column("name", _("Student"), lambda one: str(one.name)), Column("level", _("Level"), lambda one: one.level, numeric=True),
        Column("low", _("Interval, low"), lambda one: one.low, numeric=True),
        Column("high", _("Interval, high"), lambda one: one.high, numeric=True),
        Column("items", _("Evidence items"), lambda one: one.items, numeric=True)]
    return Table(columns, people, request, search=lambda one: " ".join(one.name.values()))


@require_GET
def gap_item(request: Request, code: str, version: str, item: str) -> HttpResponse:
    """Where the three levels of one item come from: profile, cells of the matrix, evidence of the class."""
    row = version_or_404(request, code, version, permission="gap.view")
    whole = _whole(request, row)
    report = _report(request, row, whole)
    found = next((one for one in report.rows if one.code == item), None)
    if found is None:
        raise Http404(_("The syllabus has no item %(item)s.") % {"item": item})
    may_see_people = allowed(request.user, "evidence.view", row.organisation_path)
    sources = item_sources(version_id=row.id, item=item, class_year=report.class_year, method=report.method,
                           on_day=report.measured_on, named=may_see_people, whole=whole)
    chart = spread_chart(sources, item=f"{found.code} {found.name}", required=found.required, synthetic=row.is_synthetic)
    if request.GET.get("chart") == chart.name:
        return charts.respond(chart, request.GET.get("as", ""))
    people = _people(request, sources.people)
    if (kind := known(request.GET.get("format", ""))) is not None and may_see_people:
        headings, rows = people.export()
        return export(kind, headings, rows, title=f"{found.code} {found.name}", synthetic=row.is_synthetic,
                      filename=f"gap-{row.code}-{row.version}-{item}", about={_("Measured"): report.measured_on.isoformat()})
    return render(request, "programmes/gap_item.html", {
        "people": people, "chart": chart, "row": row, "report": report, "one": found, "sources": sources,
        "inside": may_see_inside(request, row),
        "weak": weak_sentence(item) if found.is_weak else "", "may_see_people": may_see_people,
        "against_source": source_words(report.against.sources), "query": request.GET.urlencode()})
