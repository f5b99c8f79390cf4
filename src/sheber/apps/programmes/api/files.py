"""A version as a file, and a file as a draft version."""

from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import Field

from sheber.apps.programmes import queries, services
from sheber.apps.programmes.rules.reading import Problem as FileProblem
from sheber.apps.programmes.rules.reading import problem_place, problem_reason, read_plan
from sheber.apps.programmes.rules.reading.problems import MAX_FILE_BYTES
from sheber.apps.programmes.rules.template import template_plan
from sheber.apps.programmes.rules.writing import write_xlsx, write_yaml
from sheber.apps.programmes.services import ImportReport
from sheber.engines.curriculum import RequisiteCycleError, plan_metrics
from sheber.engines.curriculum.csv_format import write_csv
from sheber.kit.api import In, Out, Problem, Prose, Word, filled
from sheber.kit.errors import DomainError
from sheber.kit.exports import TYPES, download
from sheber.kit.http import Request
from sheber.spine.organisations import queries as organisations

from .analysis import FindingOut, finding_out
from .common import VERSION, version_named

router = Router(tags=["files"])
Kind = Literal["xlsx", "yaml", "csv"]
KINDS = {"xlsx": TYPES["xlsx"], "yaml": "application/yaml", "csv": "text/csv"}


def _answers(*kinds: str) -> dict[str, Any]:
    content: dict[str, Any] = {KINDS[kind]: {} for kind in kinds}
    return {"responses": {200: {"description": "The file", "content": content}}}


class NoteOut(Out):
    """Something wrong in a file, or put right while it was read."""

    code: str
    severity: str = Field(description="error or note.")
    sheet: str
    row: int = Field(description="Counts from 1; 0 is the whole file.")
    column: str
    place: str = Field(description="The place in the reader's language.")
    sentence: str = Field(description="What is wrong and what to do.")


class FactChangeOut(Out):
    """A field of a course before and after."""

    field: str
    before: str
    after: str


class CourseChangeOut(Out):
    """A course that is in both plans."""

    code: str
    facts: list[FactChangeOut]


class CellChangeOut(Out):
    """A cell of the matrix before and after, such as T3; empty when there is none."""

    course: str
    item: str
    before: str
    after: str


class ImportOut(Out):
    """What an import did or, on a dry run, would do."""

    code: str
    version: str
    organisation: str
    dry_run: bool
    is_new_programme: bool
    is_new_version: bool
    written: bool
    courses_added: list[str]
    courses_removed: list[str]
    courses_changed: list[CourseChangeOut]
    cells: list[CellChangeOut]
    facts: list[str] = Field(description="Facts of the programme that differ.")
    findings: list[FindingOut] = Field(description="What the checks find in the plan as it will stand.")
    notes: list[NoteOut] = Field(description="What was put right while the file was read.")
    plan: str = Field(description="Stands for all that is written; to be sent back with the same file.")


class ImportForm(In):
    """Where the plan goes, and what the file does not state."""

    organisation: Word = Field(description="Code of the faculty or university that runs the programme.")
    dry_run: bool = Field(True, description="Tell what would change and write nothing.")
    reason: Prose = Field("", description="Kept in the history.")
    edit_version: int | None = Field(None, ge=0, lt=2**31, description="Of the draft to be changed; 409 `stale` when somebody saved since.")
    plan: Word = Field("", description="Of the dry run: 409 `plan_changed` when the file would do something else by now.")
    code: Word = Field("", description="Code of the programme, when the file does not state it.")
    version: Word = Field("", description="Name of the version, when the file does not state it.")
    engineer_type: Word = Field("", description="Code of an engineer type, when the file does not state it.")
    degree: Word = Field("", description="college, applied_bachelor, bachelor, master_profile, master_scientific or doctor.")


@router.post("/programmes/import", response={200: ImportOut, 409: Problem}, url_name="programmes_import", operation_id="programme_import")
def programme_import(request: Request, form: Form[ImportForm], file: File[UploadedFile]) -> Any:
    """Read a plan from a file (XLSX by the template, YAML, or CSV of Curricular Analytics) into a draft version.

    A dry run unless ``dry_run`` is false. 422 `file_problems` lists every problem with its row and column; nothing is half-written.
    """
    owner = organisations.by_code(form.organisation)
    if owner is None or not request.access.allowed("programme.edit", owner.path):
        raise PermissionDenied
    result = read_plan(file.read(MAX_FILE_BYTES + 1), file.name or "")
    if result.plan is None:
        raise DomainError("file_problems", _("The file cannot be imported as it is. Nothing was written."),
                          problems=[_note(one) for one in result.problems])
    given = {name: getattr(form, name) for name in ("code", "version", "engineer_type", "degree")}
    report = services.import_programme(plan=result.plan, organisation=form.organisation, actor=request.user, dry_run=form.dry_run,
                                       reason=form.reason, edit_version=form.edit_version, expected=form.plan,
                                       facts={name: value for name, value in given.items() if value})
    return _report(report, result.notes)


@router.get("/programmes/import/template.xlsx", response={200: None}, url_name="programmes_import_template",
            operation_id="import_template", openapi_extra=_answers("xlsx"))
def import_template(request: Request) -> HttpResponse:
    """The workbook to fill in, headings in the reader's language, with two courses as an example."""
    return download(write_xlsx(template_plan(), _language()), TYPES["xlsx"], _("programme-template") + ".xlsx")


@router.get(f"{VERSION}/export/{{kind}}", response={200: None}, url_name="programmes_export", operation_id="version_export",
            openapi_extra=_answers("xlsx", "yaml", "csv"))
def version_export(request: Request, code: str, version: str, kind: Kind) -> HttpResponse:
    """The whole version as a file that comes back in; CSV of Curricular Analytics carries the metrics too."""
    row = version_named(request, code, version)
    plan = queries.version_plan(row.id)
    name = f"{row.code}-{row.version}.{kind}"
    if kind == "xlsx":
        return download(write_xlsx(plan, _language()), KINDS[kind], name)
    if kind == "yaml":
        return download(write_yaml(plan), KINDS[kind], name)
    try:
        metrics = plan_metrics(plan)
    except RequisiteCycleError:
        metrics = None
    return download(write_csv(plan, metrics).encode(), TYPES["csv"], name)


def _language() -> str:
    return (get_language() or "en")[:2]


def _note(problem: FileProblem) -> dict[str, Any]:
    return filled(NoteOut, problem, place=problem_place(problem), sentence=problem_reason(problem))


def _report(report: ImportReport, notes: tuple[FileProblem, ...]) -> dict[str, Any]:
    found = report.difference
    changed = [{"code": one.code, "facts": [{"field": name, "before": before, "after": after}
                                            for name, (before, after) in one.facts.items()]} for one in found.courses_changed]
    return filled(ImportOut, report, courses_added=found.courses_added, courses_removed=found.courses_removed, courses_changed=changed,
                  cells=found.cells, facts=found.facts, findings=[finding_out(one) for one in report.findings],
                  notes=[_note(one) for one in notes], plan=report.mark)
