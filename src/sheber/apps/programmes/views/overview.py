"""The first page of a programme: map of courses, figures, findings, facts."""

import math
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sheber.apps.programmes import queries
from sheber.apps.programmes.charts.course_map import FILE_STYLE, CourseMap, course_map
from sheber.apps.programmes.models import Course as CourseModel
from sheber.apps.programmes.queries.facts import version_facts
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.apps.programmes.rules.checks import check_plan
from sheber.apps.programmes.rules.findings import Finding
from sheber.apps.programmes.rules.matrix import covered, item_totals
from sheber.apps.programmes.rules.requisites import requisite_text
from sheber.apps.programmes.rules.targets import targets_of
from sheber.engines.curriculum import CurriculumMetrics, RequisiteCycleError, plan_metrics
from sheber.engines.curriculum.plan import Plan
from sheber.kit.exports import synthetic_note
from sheber.kit.http import Request
from sheber.kit.localised import LocalisedText

from .common import may_edit, may_see_inside, tabs, version_or_404
from .findings import finding_rows

ORDER_CODES = {"prerequisite_not_earlier", "corequisite_too_late", "strict_corequisite_apart", "prerequisite_cycle"}


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A row of the table under the map; metrics are ``None`` when the requisites run in a circle."""

    code: str
    title: LocalisedText
    term: int | None
    credits: float
    cycle_label: str
    requires: str
    blocking: int | None
    delay: int | None
    centrality: int | None
    complexity: float | None


def metrics_or_none(plan: Plan) -> CurriculumMetrics | None:
    """Metrics need an order of the courses; a circle has none, and the checks say where it is."""
    try:
        return plan_metrics(plan)
    except RequisiteCycleError:
        return None


def course_lines(plan: Plan, metrics: CurriculumMetrics | None) -> list[CourseLine]:
    cycles = dict(CourseModel.Cycle.choices)
    lines = []
    for n, course in enumerate(plan.courses):
        figures = (None, None, None, None) if metrics is None else (
            metrics.blocking_factor[n], metrics.delay_factor[n], metrics.centrality[n], metrics.structural_complexity[n])
        lines.append(CourseLine(course.code, LocalisedText.of(course.title), course.term, course.credits, str(cycles.get(course.cycle, "")),
                                requisite_text(course.requisites), *figures))
    return lines


def map_of(plan: Plan, metrics: CurriculumMetrics | None, findings: tuple[Finding, ...], chosen: str) -> CourseMap:
    """The map with the chosen course's chain, else the longest chain; faulty courses and requisites marked."""
    chain = [plan.courses[n].code for n in metrics.longest_path] if metrics else []
    bad = [(found.course, str(found.values.get("other", ""))) for found in findings if found.code in ORDER_CODES]
    return course_map(plan, chosen=chosen, chain=chain, faulty=[found.course for found in findings if found.course], bad_pairs=bad)


def map_sentence(drawn: CourseMap) -> str:
    if drawn.chosen is not None:
        values = {"course": f"{drawn.chosen.code} {LocalisedText.of(drawn.chosen.title)}", "n": len(drawn.chain)}
        if not drawn.chain:
            return _("Chosen: %(course)s. It rests on no other course.") % values
        return ngettext("Chosen: %(course)s. The course it rests on is marked; everything else steps back.",
                        "Chosen: %(course)s. The %(n)s courses it rests on are marked; everything else steps back.",
                        len(drawn.chain)) % values
    if drawn.chain:
        return ngettext("The longest chain has %(n)s course. Choose a course to see what it rests on.",
                        "The longest chain has %(n)s courses: a delay in one delays the degree. Choose a course to see what it rests on.",
                        len(drawn.chain)) % {"n": len(drawn.chain)}
    return _("Choose a course to see what it rests on.")


def _context(request: Request, row: VersionRow) -> dict[str, Any]:
    plan = queries.version_plan(row.id)
    metrics, found = metrics_or_none(plan), check_plan(plan)
    drawn = map_of(plan, metrics, found, request.GET.get("course", ""))
    targets = targets_of(plan)
    reached, asked = covered(item_totals((cell for course in plan.courses for cell in course.cells), targets), targets)
    cycles = {cycle: math.fsum(c.credits for c in plan.courses if c.cycle == cycle) for cycle in ("general", "basic", "major")}
    inside = may_see_inside(request, row)
    rows = finding_rows(row, found) if inside else []
    return {"row": row, "map": drawn, "map_sentence": map_sentence(drawn), "metrics": metrics, "reached": reached, "targets": asked,
            "cycles": cycles, "course_rows": course_lines(plan, metrics), "finding_rows": rows, "limit": 6, "limit_slice": ":6",
            "facts": version_facts(row.id), "today": timezone.localdate(), "inside": inside, "may_edit": may_edit(request, row),
            "tabs": tabs(row, "overview", findings=len(rows), inside=inside)}


@require_GET
def overview(request: Request, code: str, version: str) -> HttpResponse:
    """``?course=CODE`` chooses a course on the map."""
    row = version_or_404(request, code, version, permission="programme.overview")
    return render(request, "programmes/overview.html", _context(request, row))


@require_GET
def map_svg(request: Request, code: str, version: str) -> HttpResponse:
    """The map as a drawing of its own: light, without links, with its style inside."""
    row = version_or_404(request, code, version, permission="programme.overview")
    context = _context(request, row) | {"style": FILE_STYLE, "note": synthetic_note()}
    drawing = render_to_string("programmes/map.svg", context, request)
    answer = HttpResponse(drawing, content_type="image/svg+xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="map-{row.code}-{row.version}.svg"'
    return answer
