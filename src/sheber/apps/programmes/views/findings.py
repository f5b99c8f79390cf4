"""What the checks found, in the reader's language and with a link to where it lies."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sheber.apps.programmes import queries
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.apps.programmes.rules.checks import check_plan
from sheber.apps.programmes.rules.findings import CODES, Finding
from sheber.apps.programmes.rules.sentences import finding_reason, finding_repair, finding_title
from sheber.kit.exports import export
from sheber.kit.http import Request

from .common import tabs, version_or_404


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as a page shows it."""

    code: str
    severity: str
    label: str
    place: str
    reason: str
    repair: str
    url: str
    anchor: str


def finding_rows(row: VersionRow, findings: Iterable[Finding]) -> list[FindingRow]:
    """Errors first, then in the order of the checks."""
    order = {"error": 0, "warning": 1, "note": 2}
    rows = [FindingRow(found.code, found.severity, finding_title(found.code), found.place_text, finding_reason(found),
                       finding_repair(found), _address(row, found), f"finding-{number}") for number, found in enumerate(findings, 1)]
    return sorted(rows, key=lambda one: order[one.severity])


def _address(row: VersionRow, found: Finding) -> str:
    """The cell, the column of the item, the course on the map, or the map."""
    matrix = reverse("programmes:matrix", args=[row.code, row.version])
    if found.course and found.item:
        return f"{matrix}?{urlencode({'cell': f'{found.course}~{found.item}'})}"
    if found.item:
        return f"{matrix}?{urlencode({'item': found.item})}"
    overview = reverse("programmes:overview", args=[row.code, row.version])
    return f"{overview}?{urlencode({'course': found.course})}#map" if found.course else f"{overview}#map"


@require_GET
def findings(request: Request, code: str, version: str) -> HttpResponse:
    """Everything found, by kind; ``?format=csv|xlsx`` exports it."""
    row = version_or_404(request, code, version)
    rows = finding_rows(row, check_plan(queries.version_plan(row.id)))
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"}:
        headings = [_("Code"), _("Kind"), _("Severity"), _("Where"), _("Reason"), _("Repair")]
        values = ([one.code, one.label, one.severity, one.place, one.reason, one.repair] for one in rows)
        return export("csv" if kind == "csv" else "xlsx", headings, values, title=_("Findings"),
                      filename=f"findings-{row.code}-{row.version}", synthetic=row.is_synthetic)
    found = {one.code for one in rows}
    passed = [finding_title(one) for one in CODES if one not in found]
    return render(request, "programmes/findings.html", {"row": row, "finding_rows": rows, "limit_slice": "", "limit": 0, "passed": passed,
                                                        "tabs": tabs(row, "findings", findings=len(rows))})
