"""Tables out and in over the API: template, export, dry run, apply."""

from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile
from pydantic import Field

from sheber.kit.api import In, Out, Page, Paging, Problem, Word, cut
from sheber.kit.errors import DomainError
from sheber.kit.exchange.files import MAX_FILE_BYTES
from sheber.kit.exchange.importing import Outcome
from sheber.kit.exports import TYPES, download
from sheber.kit.http import Request
from sheber.spine.competences.case.bringing import CaseOutcome

from . import queries, services
from .queries import Open
from .rules import RowChange, told

router = Router(tags=["exchange"])
Kind = Literal["xlsx", "csv"]
MOST = 500
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


@router.get("/exchange/{name}/export.{kind}", response={200: None}, url_name="exchange_export", operation_id="exchange_export",
            openapi_extra=FILE)
def exchange_export(request: Request, name: str, kind: Kind) -> HttpResponse:
    """All rows the reader may see, as a file that comes back; headings in the reader's language."""
    return _file(request, name, kind, empty=False)


@router.get("/exchange/{name}/template.{kind}", response={200: None}, url_name="exchange_template", operation_id="exchange_template",
            openapi_extra=FILE)
def exchange_template(request: Request, name: str, kind: Kind) -> HttpResponse:
    """The table without rows, to be filled in."""
    return _file(request, name, kind, empty=True)


@router.post("/exchange/{name}/try", response={200: BroughtOut, 409: Problem}, url_name="exchange_try", operation_id="exchange_try")
def exchange_try(request: Request, name: str, file: File[UploadedFile]) -> Any:
    """What the file would do; nothing is written.

    422 `file_problems` lists each cell that does not fit with row, column and what to do; 409 `row_conflict` the same when somebody
    changed a row after the file was made.
    """
    found = _open(request, name, edit=True)
    outcome = services.file_try(exchange=found.exchange, data=file.read(MAX_FILE_BYTES + 1), filename=file.name or "",
                                actor=request.user, view=found.view, edit=found.edit)
    return _brought(found, outcome)


@router.post("/exchange/{name}/apply", response={200: BroughtOut, 409: Problem}, url_name="exchange_apply", operation_id="exchange_apply")
def exchange_apply(request: Request, name: str, form: Form[ApplyForm], file: File[UploadedFile]) -> Any:
    """Write the file, all of it or nothing. With the ``plan`` of a dry run: 409 `plan_changed` when it would do something else by now."""
    found = _open(request, name, edit=True)
    outcome = services.file_apply(exchange=found.exchange, data=file.read(MAX_FILE_BYTES + 1), filename=file.name or "",
                                  actor=request.user, view=found.view, edit=found.edit, expected=form.plan)
    if outcome.moved:
        raise DomainError("plan_changed", _("What is here has changed since the dry run. Nothing was written."), plan=outcome.plan)
    return _brought(found, outcome)


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


@router.post("/case/try", response={200: CaseBroughtOut}, url_name="exchange_case_try", operation_id="framework_case_try")
def framework_case_try(request: Request, form: Form[CaseForm], file: File[UploadedFile]) -> Any:
    """What a CASE package (1.0 or 1.1) would do; nothing is written.

    422 `file_problems` names each fault with entry, field and what to do.
    """
    return _case(services.case_try(data=file.read(MAX_FILE_BYTES + 1), filename=file.name or "", code=form.code, version=form.version,
                                   actor=request.user))


@router.post("/case/apply", response={200: CaseBroughtOut, 409: Problem}, url_name="exchange_case_apply",
             operation_id="framework_case_apply")
def framework_case_apply(request: Request, form: Form[CaseApplyForm], file: File[UploadedFile]) -> Any:
    """Write a CASE package as a draft, all of it or nothing. With the ``plan`` of a dry run: 409 `plan_changed` as for tables."""
    outcome = services.case_apply(data=file.read(MAX_FILE_BYTES + 1), code=form.code, version=form.version, actor=request.user,
                                  expected=form.plan)
    if outcome.moved:
        raise DomainError("plan_changed", _("What is here has changed since the dry run. Nothing was written."), plan=outcome.mark)
    return _case(outcome)


def _case(outcome: CaseOutcome) -> dict[str, Any]:
    if outcome.faults:
        problems = [{"row": one.row, "column": one.column, "sentence": one.sentence} for one in outcome.faults]
        raise DomainError("file_problems", _("The file cannot be brought in as it is. Nothing was written."), problems=problems)
    difference = outcome.difference
    return {"written": outcome.written, "plan": outcome.mark, "act": outcome.act, "code": outcome.code, "version": outcome.version,
            "replaces": outcome.replaces, "items": outcome.items, "links": outcome.links, "links_here": outcome.links_here,
            "added": [item.code for item in difference.added], "removed": [item.code for item in difference.removed],
            "changed": [{"code": one.code, "label": str(one.label), "before": one.before, "after": one.after}
                        for one in difference.changed[:MOST]], "notes": outcome.notes}


def _table(found: Open) -> dict[str, Any]:
    columns = [{"name": one.name, "label": str(one.label), "kind": one.kind, "required": one.required, "help": str(one.help),
                "choices": [code for code, _label in one.choices]} for one in found.exchange.columns]
    return {"name": found.exchange.name, "title": str(found.exchange.title), "about": str(found.exchange.about),
            "may_edit": bool(found.edit), "columns": columns}


def _brought(found: Open, outcome: Outcome) -> dict[str, Any]:
    if outcome.faults:
        problems = [{"row": one.row, "column": one.column, "sentence": one.sentence} for one in outcome.faults]
        code = "row_conflict" if any(one.is_conflict for one in outcome.faults) else "file_problems"
        raise DomainError(code, _("The file cannot be brought in as it is. Nothing was written."), problems=problems)
    return {"written": outcome.written, "plan": outcome.plan, "added": len(outcome.added), "changed": len(outcome.changed),
            "unchanged": outcome.unchanged, "added_rows": [_row(one) for one in told(found.exchange, outcome.added[:MOST])],
            "changed_rows": [_row(one) for one in told(found.exchange, outcome.changed[:MOST])]}


def _row(change: RowChange) -> dict[str, Any]:
    fields = [{"column": one.column, "label": one.label, "before": one.before, "after": one.after} for one in change.fields]
    return {"row": change.row, "id": change.id, "name": change.name, "fields": fields}


def _file(request: Request, name: str, kind: Kind, *, empty: bool) -> HttpResponse:
    content, filename = queries.table_file(_open(request, name), kind, empty=empty)
    return download(content, TYPES[kind], filename)


def _open(request: Request, name: str, *, edit: bool = False) -> Open:
    found = queries.open_table(request.access, name)
    if found is None or (edit and not found.edit):
        raise PermissionDenied
    return found
