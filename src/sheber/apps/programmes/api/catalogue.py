"""Programmes, their versions, and the facts of a version."""

import datetime as dt
from typing import Any, Literal

from ninja import Query, Router, Schema
from pydantic import Field

from sheber.apps.programmes import queries
from sheber.apps.programmes.queries import ProgrammeFilters
from sheber.apps.programmes.queries.programmes import Sort, programme_part
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.kit.api import Out, Page, Paging, Texts, Word, cut, filled, page
from sheber.kit.http import Request

from .common import VERSION, version_named

router = Router(tags=["programmes"])


class VersionOut(Out):
    """A version of a programme as lists show it."""

    code: str = Field(description="Code of the programme in the classifier.", examples=["6B07103"])
    version: str = Field(examples=["2026.1"])
    title: Texts
    status: str = Field(description="draft, published (in force) or archived.")
    organisation_code: str
    organisation_name: Texts
    engineer_type: str
    degree: str
    nqf: int = Field(description="Level of the national qualifications framework.")
    eqf: int = Field(description="Level of the European qualifications framework.")
    languages: list[str]
    years: int
    credits: int = Field(description="Academic credits (ECTS).")
    students: int = Field(description="Persons studying now.")
    replaces: str | None = Field(description="The version it replaces.")
    edit_version: int = Field(description="Counts saves; to be sent back with a change.")
    updated_at: dt.datetime
    is_synthetic: bool = Field(description="Made for the demonstration.")


class TermOut(Out):
    """A term of study."""

    number: int = Field(description="Counts from 1.")
    year: int
    season: str


class LoadOut(Out):
    """Credits of a term."""

    least: float
    wanted: float
    most: float


class VersionDetail(VersionOut):
    """A version with what the national register asks for."""

    qualification: Texts
    isced_f: str = Field(description="Field of study, ISCED-F.")
    classifier_group: str
    sectors: list[str]
    task_complexity: str
    admission: Texts
    practice_note: Texts
    system: str = Field(description="semester or quarter.")
    hours_per_credit: int
    term_load: LoadOut | None
    terms: list[TermOut]
    courses: int
    targets: dict[str, float] = Field(description="Item of the framework to the level required of a graduate, 0 to 5.")
    entry_levels: dict[str, float] = Field(description="Item of the framework to the level assumed at entry, 0 to 5.")


class VersionPage(Page[VersionOut]):
    """A part of a list of versions."""


class ProgrammeQuery(Schema):
    """Empty means any."""

    engineer_type: Word = Field("", description="Code of an engineer type.")
    status: Literal["", "draft", "published", "archived"] = Field("", description="Status of the version shown.")
    text: Word = Field("", description="Part of the code or of the title, in any language.")
    sort: Sort = Field("code", description="A minus before the name turns the order.")


@router.get("/programmes", response={200: VersionPage}, url_name="programmes_list", operation_id="programme_list")
def programme_list(request: Request, filters: Query[ProgrammeQuery], paging: Query[Paging]) -> Any:
    """One entry a programme: its version in force, else its newest."""
    wanted = ProgrammeFilters(engineer_type=filters.engineer_type, status=filters.status, text=filters.text)
    found = programme_part(request.access.visible_paths("programme.overview"), wanted, filters.sort, offset=paging.offset,
                           limit=paging.limit)
    return page([version_out(row) for row in found.rows], found.count, paging)


@router.get("/programmes/{code}/versions", response={200: VersionPage}, url_name="programmes_versions", operation_id="version_list")
def version_list(request: Request, code: str, paging: Query[Paging]) -> Any:
    """All versions of a programme, newest first; of two universities with one code both."""
    paths = request.access.visible_paths("programme.overview")
    rows = [row for row in queries.versions_with_code(code) if any(path == "/" or row.organisation_path.startswith(path) for path in paths)]
    return cut([version_out(row) for row in rows], paging)


@router.get(VERSION, response={200: VersionDetail}, url_name="programmes_version", operation_id="version_detail")
def version_detail(request: Request, code: str, version: str) -> Any:
    """What a version promises."""
    row = version_named(request, code, version, "programme.overview")
    plan = queries.version_plan(row.id)
    told: dict[str, Any] = {name: plan.details.get(name) or empty for name, empty in (
        ("qualification", {}), ("isced_f", ""), ("classifier_group", ""), ("sectors", ()), ("task_complexity", ""), ("admission", {}),
        ("practice_note", {}))}
    load = dict(zip(("least", "wanted", "most"), plan.term_load, strict=True)) if plan.term_load else None
    return version_out(row) | {name: dict(value) if name in {"qualification", "admission", "practice_note"} else value
                        for name, value in told.items()} | {
        "system": plan.system, "hours_per_credit": plan.hours_per_credit, "term_load": load, "terms": plan.terms,
        "courses": len(plan.courses), "targets": dict(plan.targets), "entry_levels": dict(plan.entry_levels)}


def version_out(row: VersionRow) -> dict[str, Any]:
    """A version as lists show it."""
    return filled(VersionOut, row, engineer_type=row.engineer_type.code)
