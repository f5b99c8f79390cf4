"""The matrix as a file: one row a course, so that a block copied from it pastes back into the page."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sheber.apps.programmes import queries
from sheber.apps.programmes.queries.matrix import MatrixPage, matrix_page
from sheber.apps.programmes.rules.targets import targets_of
from sheber.kit import formats
from sheber.kit.exports import Format, export
from sheber.kit.http import Request

from .common import version_or_404

FORMATS: Final[dict[str, Format]] = {"csv": "csv", "xlsx": "xlsx"}


@require_GET
def matrix_export(request: Request, code: str, version: str, kind: str) -> HttpResponse:
    """XLSX or CSV; rows after the courses give what is required."""
    if kind not in FORMATS:
        raise Http404(_("The matrix is exported as xlsx or csv."))
    row = version_or_404(request, code, version)
    page, plan = matrix_page(version_id=row.id), queries.version_plan(row.id)
    headings = [_("Code"), _("Course"), _("Term"), _("Credits"), *(f"{item.code} {item.name}" for item in page.items)]
    targets = targets_of(plan)
    label = _("Required: %(type)s") % {"type": row.engineer_type.title}
    required = ["", label, None, None, *(targets.get(item.code) for item in page.items)]
    about = {_("Programme"): f"{row.code} {row.title}", _("Version"): row.version,
             _("Framework"): f"{page.framework} {page.framework_version}", _("Saved"): formats.moment(page.updated_at)}
    return export(FORMATS[kind], headings, [*_rows(page), required], title=_("Competence matrix"),
                  filename=f"{row.code} {row.version} {_('Competence matrix')}", synthetic=row.is_synthetic, about=about)


def _rows(page: MatrixPage) -> Iterator[list[Any]]:
    for course in page.courses:
        marks = (course.cells.get(item.code) for item in page.items)
        yield [course.code, str(course.title), course.term, course.credits, *(cell.mark if cell else None for cell in marks)]
