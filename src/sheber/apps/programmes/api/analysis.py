"""What the checks find in a version, and how hard its plan is to get through."""

from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from sheber.apps.programmes import queries
from sheber.apps.programmes.rules.checks import check_plan
from sheber.apps.programmes.rules.findings import Finding
from sheber.apps.programmes.rules.sentences import finding_sentence
from sheber.engines.curriculum import RequisiteCycleError, plan_metrics
from sheber.kit.api import Out, Page, Paging, Problem, Word, cut, filled
from sheber.kit.errors import DomainError
from sheber.kit.http import Request

from .common import VERSION, version_named

router = Router(tags=["analysis"])


class FindingOut(Out):
    """One thing wrong with a plan."""

    code: str = Field(examples=["used_before_taught"])
    severity: str = Field(description="error (blocks publishing), warning or note.")
    place: str = Field(examples=["term 5 36"])
    sentence: str = Field(description="What is wrong and, where a way out was found, how to repair it.")
    course: str = Field(description="Course it is about; with an item it names a cell of the matrix.")
    item: str
    term: int | None


class FindingPage(Page[FindingOut]):
    """A part of the findings."""


class FindingFilters(Schema):
    """Empty means any."""

    finding: Word = Field("", description="Code of the kind of finding.")
    severity: Literal["", "error", "warning", "note"] = Field("", description="How grave it is.")


class CourseMetricsOut(Out):
    """Figures of one course."""

    course: str
    blocking_factor: int = Field(description="Courses that cannot be taken before this one.")
    delay_factor: int = Field(description="Courses on the longest requisite path through this one.")
    centrality: int = Field(description="Sum of the lengths of all paths with this course strictly inside.")
    structural_complexity: float = Field(description="Blocking plus delay; under quarters 2/3 of it.")


class TotalsOut(Out):
    """Sums over the courses."""

    blocking_factor: int
    delay_factor: int
    centrality: int
    structural_complexity: float


class MetricsOut(Out):
    """Metrics of a plan."""

    system: str = Field(description="semester or quarter.")
    courses: list[CourseMetricsOut]
    totals: TotalsOut
    longest_path: list[str] = Field(description="Codes of courses, first course first.")


def finding_out(finding: Finding) -> dict[str, Any]:
    """A finding in the reader's language."""
    return filled(FindingOut, finding, place=finding.place_text, sentence=finding_sentence(finding))


@router.get(f"{VERSION}/findings", response={200: FindingPage}, url_name="programmes_findings", operation_id="finding_list")
def finding_list(request: Request, code: str, version: str, filters: Query[FindingFilters], paging: Query[Paging]) -> Any:
    """What the checks find now."""
    plan = queries.version_plan(version_named(request, code, version).id)
    found = [one for one in check_plan(plan) if filters.finding in {"", one.code} and filters.severity in {"", one.severity}]
    part = cut(found, paging)
    return part | {"items": [finding_out(one) for one in part["items"]]}


@router.get(f"{VERSION}/metrics", response={200: MetricsOut, 409: Problem}, url_name="programmes_metrics", operation_id="metrics_detail")
def metrics_detail(request: Request, code: str, version: str) -> Any:
    """Blocking, delay, centrality and structural complexity; 409 `requisite_cycle` when requisites run in a circle."""
    plan = queries.version_plan(version_named(request, code, version, "programme.overview").id)
    names = [course.code for course in plan.courses]
    try:
        found = plan_metrics(plan)
    except RequisiteCycleError as no:
        raise DomainError("requisite_cycle", _("The requisites run in a circle, so the metrics cannot be computed."),
                          cycle=[names[place] for place in no.cycle]) from no
    columns = zip(names, found.blocking_factor, found.delay_factor, found.centrality, found.structural_complexity, strict=True)
    return {"system": found.system, "courses": [dict(zip(CourseMetricsOut.model_fields, row, strict=True)) for row in columns],
            "totals": found.totals, "longest_path": [names[place] for place in found.longest_path]}
