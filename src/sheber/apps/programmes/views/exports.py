"""A version as a file that comes back in: XLSX by the template, YAML, and CSV of Curricular Analytics with metrics."""

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from sheber.apps.programmes import queries
from sheber.apps.programmes.rules.writing import write_xlsx, write_yaml
from sheber.engines.curriculum.csv_format import write_csv
from sheber.kit.exports import TYPES, download
from sheber.kit.http import Request

from .common import version_or_404
from .overview import metrics_or_none


@require_GET
def version_export(request: Request, code: str, version: str, kind: str) -> HttpResponse:
    """``kind`` is xlsx, yaml or csv; import(export(x)) = x for the first two."""
    row = version_or_404(request, code, version)
    plan = queries.version_plan(row.id)
    name = f"{row.code}-{row.version}"
    match kind:
        case "xlsx":
            return download(write_xlsx(plan, (get_language() or "en")[:2]), TYPES["xlsx"], f"{name}.xlsx")
        case "yaml":
            return download(write_yaml(plan), "application/yaml", f"{name}.yaml")
        case "csv":
            return download(write_csv(plan, metrics_or_none(plan)).encode(), TYPES["csv"], f"{name}.csv")
    raise Http404(kind)
