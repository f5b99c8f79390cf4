"""The competence matrix: read whole, changed cell by cell."""

import datetime as dt
from typing import Any, Literal

from ninja import Router
from pydantic import Field

from sheber.apps.programmes import queries, services
from sheber.apps.programmes.queries.matrix import matrix_page
from sheber.apps.programmes.rules.targets import targets_of
from sheber.kit.api import In, Out, Problem, Prose, Texts, TextsIn, Word, filled
from sheber.kit.http import Request

from .common import VERSION, version_named

router = Router(tags=["matrix"])


class MatrixItemOut(Out):
    """A column."""

    code: str = Field(examples=["4.3"])
    title: Texts
    short_title: Texts
    is_extension: bool
    target: float | None = Field(description="Level required of a graduate, 0 to 5; empty when nothing is required.")


class MatrixCellOut(Out):
    """A filled cell."""

    item: str = Field(examples=["4.3"])
    mode: str = Field(description="I, T or U: introduce, teach, utilise.")
    level: int = Field(description="Planned level, 1 to 5.")
    assessed_by: Texts


class MatrixRowOut(Out):
    """A row."""

    course: str
    title: Texts
    credits: float = Field(description="Academic credits (ECTS).")
    term: int | None
    cells: list[MatrixCellOut]


class MatrixOut(Out):
    """The matrix of a version."""

    edit_version: int = Field(description="To be sent back with a change.")
    updated_at: dt.datetime
    framework: str
    framework_version: str
    items: list[MatrixItemOut]
    rows: list[MatrixRowOut]


class MatrixCellIn(In):
    """What a cell is to hold; without a mode it is cleared."""

    course: Word = Field(examples=["MAT1101"])
    item: Word = Field(examples=["4.3"])
    mode: Literal["I", "T", "U"] | None = None
    level: int | None = Field(None, ge=1, le=5, description="Planned level, 1 to 5.")
    assessed_by: TextsIn | None = Field(None, description="How it is assessed; left out, it stays.")


class MatrixChange(In):
    """Cells to be changed: all of them or none."""

    edit_version: int = Field(ge=0, lt=2**31, description="The one read with the matrix; 409 `stale` when somebody saved since.")
    changes: list[MatrixCellIn] = Field(max_length=5000)
    reason: Prose = ""


class UndoOut(Out):
    """A cell as it was before."""

    course: str
    item: str
    mode: str | None
    level: int | None
    assessed_by: Texts


class CellsSaved(Out):
    """After a save; ``undo`` sent back as ``changes`` with this ``edit_version`` takes it back."""

    edit_version: int
    changed: int = Field(description="Cells that are not as they were.")
    undo: list[UndoOut]


@router.get(f"{VERSION}/matrix", response={200: MatrixOut}, url_name="programmes_matrix", operation_id="matrix_detail")
def matrix_detail(request: Request, code: str, version: str) -> Any:
    """The whole matrix."""
    row = version_named(request, code, version)
    page, targets = matrix_page(version_id=row.id), targets_of(queries.version_plan(row.id))
    return {
        "edit_version": page.edit_version, "updated_at": page.updated_at, "framework": page.framework_code,
        "framework_version": page.framework_version,
        "items": [filled(MatrixItemOut, item, target=targets.get(item.code)) for item in page.items],
        "rows": [filled(MatrixRowOut, course, course=course.code, cells=[filled(MatrixCellOut, cell, item=item)
                                                                         for item, cell in course.cells.items()])
                 for course in page.courses]}


@router.patch(f"{VERSION}/matrix", response={200: CellsSaved, 409: Problem}, url_name="programmes_matrix", operation_id="cells_set")
def cells_set(request: Request, code: str, version: str, change: MatrixChange) -> Any:
    """Set or clear cells of a draft."""
    row = version_named(request, code, version, "programme.edit")
    changes: list[dict[str, Any]] = []
    for one in change.changes:
        cell = one.model_dump(exclude={"assessed_by"})
        changes.append(cell | ({"assessed_by": one.assessed_by.model_dump()} if one.assessed_by is not None else {}))
    done = services.cells_set(version_id=row.id, changes=changes, actor=request.user, edit_version=change.edit_version,
                              reason=change.reason)
    return {"edit_version": done.edit_version, "changed": done.changed, "undo": done.inverse}
