"""Tables out and in over the API: template, export, dry run, apply."""

from dataclasses import asdict
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from sheber.kit.api import In, Out, Page, Paging, Problem, Word, cut
from sheber.kit.errors import DomainError
from sheber.kit.exchange.files import MAX_FILE_BYTES
from sheber.kit.exports import TYPES
from sheber.kit.http import Request
from sheber.spine.jobs import queries as jobs

from . import queries, services
from .models import KeptFile
from .narrowing import narrowed
from .queries import Open, Tried
from .rules import MOST, RowChange, Told, from_plain, is_large, is_large_case, tell, tell_case
from .sending import table_answer, template_answer

router = Router(tags=["exchange"])
Kind = Literal["xlsx", "csv"]
FILE: dict[str, Any] = {"responses": {200: {"description": "The file", "content": {TYPES["xlsx"]: {}, "text/csv": {}}}}}


class TableColumnOut(Out):
    """A column of a table."""

    name: str = Field(description="Machine name; stands in the second row of the file.")
    label: str
    kind: str = Field(description="text, integer, number, date, choice or flag.")
    required: bool
    choices: list[str] = Field(description="Codes that may stand in a cell; empty when anything may.")
    help: str


class TableOut(Out):
    """A table that goes out, and comes in where the reader may edit."""

    name: str = Field(examples=["organisations"])
    title: str
    about: str
    may_edit: bool = Field(description="Whether the reader may bring it in.")
    columns: list[TableColumnOut]


class TablePage(Page[TableOut]):
    """A part of the list of tables."""


class TableCellChangeOut(Out):
    """A cell before and after."""

    column: str = Field(description="Machine name.")
    label: str
    before: str
    after: str


class TableRowChangeOut(Out):
    """A row that is added or changed."""

    row: int = Field(description="In the file; counts from 1.")
    id: str = Field(description="Empty for a row that is added.")
    name: str
    fields: list[TableCellChangeOut]


class BroughtOut(Out):
    """What a file did or, on a dry run, would do."""

    written: bool
    plan: str = Field(description="Stands for all that is added and changed; to be sent back with apply.")
    added: int = Field(description="Rows.")
    changed: int = Field(description="Rows.")
    unchanged: int = Field(description="Rows.")
    added_rows: list[TableRowChangeOut] = Field(description=f"The first {MOST}.")
    changed_rows: list[TableRowChangeOut] = Field(description=f"The first {MOST}.")


class FileWorkOut(Out):
    """A large file that background work has."""

    job_id: int = Field(description="Its progress is at `/jobs/{job_id}`, where it can be cancelled too.")
    file_id: int = Field(description="What came of it is at `/exchange/{name}/tried/{file_id}` or `/case/tried/{file_id}`.")


class ApplyForm(In):
    """What was shown."""

    plan: Word = Field("", description="Of the dry run: nothing is written when the file would do something else by now.")


@router.get("/exchange", response={200: TablePage}, url_name="exchange_list", operation_id="exchange_list")
def exchange_list(request: Request, paging: Query[Paging]) -> Any:
    """Tables the reader may take out."""
    return cut([_table(one) for one in queries.open_tables(request.access)], paging)


@router.get("/exchange/{name}", response={200: TableOut}, url_name="exchange_table", operation_id="exchange_table")
def exchange_table(request: Request, name: str) -> Any:
    """One table with its columns."""
    return _table(_open(request, name))


class TableNarrowing(Schema):
    """Empty means all; a table that cannot be narrowed by something refuses it."""

    programme: Word = Field("", description="Code; evidence of those who study or studied in it.")
    organisation: Word = Field("", description="Code; of people who belong to it or below it.")
    framework: Word = Field("", description="Code.")
    first: Word = Field("", description="The first day, like 2026-09-01.")
    last: Word = Field("", description="The last day.")


@router.get("/exchange/{name}/export.{kind}", response={200: None, 409: Problem}, url_name="exchange_export",
            operation_id="exchange_export", openapi_extra=FILE)
def exchange_export(request: Request, name: str, kind: Kind, narrowing: Query[TableNarrowing]) -> HttpResponse:
    """The rows the reader may see, as a file that comes back; headings in the reader's language.

    409 `export_large`: so many are written in the background; `detail.address` is what to ask for with `POST /exports`.
    """
    found = _open(request, name)
    return table_answer(request, found, kind, narrowed(found.exchange, {key: one for key, one in narrowing.dict().items() if one}))


@router.get("/exchange/{name}/template.{kind}", response={200: None}, url_name="exchange_template", operation_id="exchange_template",
            openapi_extra=FILE)
def exchange_template(request: Request, name: str, kind: Kind) -> HttpResponse:
    """The table without rows, to be filled in."""
    return template_answer(_open(request, name), kind)


@router.post("/exchange/{name}/try", response={200: BroughtOut, 202: FileWorkOut, 409: Problem}, url_name="exchange_try",
             operation_id="exchange_try")
def exchange_try(request: Request, name: str, file: File[UploadedFile]) -> Any:
    """What the file would do; nothing is written.

    422 `file_problems` lists each cell that does not fit with row, column and what to do; 409 `row_conflict` the same when somebody
    changed a row after the file was made. A large file is looked through by background work: 202 says where.
    """
    found = _open(request, name, edit=True)
    data, filename = file.read(MAX_FILE_BYTES + 1), file.name or ""
    if is_large(data, filename):
        return _work(services.file_look_start(name=name, data=data, filename=filename, actor=request.user, purpose="api"))
    outcome = services.file_try(exchange=found.exchange, data=data, filename=filename, actor=request.user, view=found.view, edit=found.edit)
    return _brought(tell(found.exchange, outcome))


@router.post("/exchange/{name}/apply", response={200: BroughtOut, 202: FileWorkOut, 409: Problem}, url_name="exchange_apply",
             operation_id="exchange_apply")
def exchange_apply(request: Request, name: str, form: Form[ApplyForm], file: File[UploadedFile]) -> Any:
    """Write the file, all of it or nothing. With the ``plan`` of a dry run: 409 `plan_changed` when it would do something else by now.

    A large file is written by background work: 202 says where.
    """
    found = _open(request, name, edit=True)
    data, filename = file.read(MAX_FILE_BYTES + 1), file.name or ""
    if is_large(data, filename):
        return _work(services.file_write_start(name=name, data=data, filename=filename, actor=request.user, plan=form.plan[:64]))
    outcome = services.file_apply(exchange=found.exchange, data=data, filename=filename, actor=request.user, view=found.view,
                                  edit=found.edit, expected=form.plan)
    return _brought(tell(found.exchange, outcome))


@router.get("/exchange/{name}/tried/{key:file_id}", response={200: BroughtOut, 202: FileWorkOut, 409: Problem}, url_name="exchange_tried",
            operation_id="exchange_tried")
def exchange_tried(request: Request, name: str, file_id: int) -> Any:
    """What a large file would do, or did, in the words of the one who gave it; 202 while background work has it.

    Answers otherwise as the dry run of a small file; 409 `work_ended` when the work failed or was cancelled.
    """
    _open(request, name, edit=True)
    kept = _tried(request, name, file_id)
    return _brought(from_plain(kept.outcome)) if kept.outcome is not None else _still(kept)


class CaseForm(In):
    """By which name the framework is to stand here; empty: what the package says."""

    code: Word = Field("", description="Code of the framework.")
    version: Word = Field("", description="Version of the framework.")


class CaseApplyForm(CaseForm):
    """What was shown, too."""

    plan: Word = Field("", description="Of the dry run: nothing is written when the package would do something else by now.")


class CaseChangeOut(Out):
    """A field of an item, or of the framework itself, before and after."""

    code: str = Field(description="Of the item; empty for the framework.")
    label: str
    before: str
    after: str


class CaseBroughtOut(Out):
    """What a package did or, on a dry run, would do."""

    written: bool
    plan: str = Field(description="Stands for all that is written; to be sent back with apply.")
    act: str = Field(description="new, version (of a framework that is published), draft (which changes) or nothing.")
    code: str
    version: str
    replaces: str = Field(description="Version that is replaced once this one is published; empty: none.")
    items: int
    links: int
    links_here: int = Field(description="Links to competences that are here; the others are kept and go out again.")
    added: list[str] = Field(description="Codes.")
    removed: list[str] = Field(description="Codes.")
    changed: list[CaseChangeOut] = Field(description=f"The first {MOST}.")
    notes: list[str]


@router.post("/case/try", response={200: CaseBroughtOut, 202: FileWorkOut}, url_name="exchange_case_try", operation_id="framework_case_try")
def framework_case_try(request: Request, form: Form[CaseForm], file: File[UploadedFile]) -> Any:
    """What a CASE package (1.0 or 1.1) would do; nothing is written.

    422 `file_problems` names each fault with entry, field and what to do. A large package is looked through by background work: 202.
    """
    data, filename = file.read(MAX_FILE_BYTES + 1), file.name or ""
    if is_large_case(data):
        return _work(services.file_look_start(name=services.CASE, data=data, filename=filename, actor=request.user, purpose="api",
                                              options={"code": form.code, "version": form.version}))
    return _case(tell_case(services.case_try(data=data, filename=filename, code=form.code, version=form.version, actor=request.user)))


@router.post("/case/apply", response={200: CaseBroughtOut, 202: FileWorkOut, 409: Problem}, url_name="exchange_case_apply",
             operation_id="framework_case_apply")
def framework_case_apply(request: Request, form: Form[CaseApplyForm], file: File[UploadedFile]) -> Any:
    """Write a CASE package as a draft, all of it or nothing. With the ``plan`` of a dry run: 409 `plan_changed` as for tables."""
    data, filename = file.read(MAX_FILE_BYTES + 1), file.name or ""
    if is_large_case(data):
        return _work(services.file_write_start(name=services.CASE, data=data, filename=filename, actor=request.user, plan=form.plan[:64],
                                               options={"code": form.code, "version": form.version}))
    return _case(tell_case(services.case_apply(data=data, code=form.code, version=form.version, actor=request.user, expected=form.plan)))


@router.get("/case/tried/{key:file_id}", response={200: CaseBroughtOut, 202: FileWorkOut, 409: Problem}, url_name="exchange_case_tried",
            operation_id="framework_case_tried")
def framework_case_tried(request: Request, file_id: int) -> Any:
    """What a large package would do, or did; as for tables."""
    kept = _tried(request, services.CASE, file_id)
    return _case(kept.outcome) if kept.outcome is not None else _still(kept)


def _work(kept: KeptFile) -> Any:
    return Status(202, {"job_id": kept.job, "file_id": kept.pk})


def _tried(request: Request, name: str, file_id: int) -> Tried:
    kept = queries.tried(owner=request.user, exchange=name, file_id=file_id)
    if kept is None:
        raise LookupError(_("The file is no longer kept. Choose it again."))
    return kept


def _still(kept: Tried) -> Any:
    row = jobs.job(kept.job) if kept.job is not None else None
    if row is None or not row.is_open:
        sentence = (row.outcome or row.problem) if row is not None else ""
        raise DomainError("work_ended", sentence or _("The work was cancelled. Choose the file again."))
    return Status(202, {"job_id": kept.job, "file_id": kept.id})


def _refused(faults: Any) -> None:
    problems = [{"row": one["row"], "column": one["column"], "sentence": one["sentence"]} for one in faults]
    if problems:
        code = "row_conflict" if any(one["is_conflict"] for one in faults) else "file_problems"
        raise DomainError(code, _("The file cannot be brought in as it is. Nothing was written."), problems=problems)


def _changed(plan: str) -> DomainError:
    return DomainError("plan_changed", _("What is here has changed since the dry run. Nothing was written."), plan=plan)


def _case(outcome: dict[str, Any]) -> dict[str, Any]:
    if outcome["moved"]:
        raise _changed(outcome["mark"])
    _refused(outcome["faults"])
    names = ("written", "act", "code", "version", "replaces", "items", "links", "links_here", "changed", "notes")
    return {**{name: outcome[name] for name in names}, "plan": outcome["mark"],
            "added": [item["code"] for item in outcome["added"]], "removed": [item["code"] for item in outcome["removed"]]}


def _table(found: Open) -> dict[str, Any]:
    columns = [{"name": one.name, "label": str(one.label), "kind": one.kind, "required": one.required, "help": str(one.help),
                "choices": [code for code, _label in one.choices]} for one in found.exchange.columns]
    return {"name": found.exchange.name, "title": str(found.exchange.title), "about": str(found.exchange.about),
            "may_edit": bool(found.edit), "columns": columns}


def _brought(outcome: Told) -> dict[str, Any]:
    if outcome.moved:
        raise _changed(outcome.plan)
    _refused([asdict(one) for one in outcome.faults])
    return {"written": outcome.written, "plan": outcome.plan, "added": outcome.added, "changed": outcome.changed,
            "unchanged": outcome.unchanged, "added_rows": [_row(one) for one in outcome.added_rows],
            "changed_rows": [_row(one) for one in outcome.changed_rows]}


def _row(change: RowChange) -> dict[str, Any]:
    fields = [{"column": one.column, "label": one.label, "before": one.before, "after": one.after} for one in change.fields]
    return {"row": change.row, "id": change.id, "name": change.name, "fields": fields}


def _open(request: Request, name: str, *, edit: bool = False) -> Open:
    found = queries.open_table(request.access, name)
    if found is None or (edit and not found.edit):
        raise PermissionDenied
    return found
