"""Frameworks, engineer types and occupations over the API. Levels are 0 to 5 on the proficiency scale everywhere."""

import datetime as dt
from typing import Any, Literal

import numpy as np
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from sheber.kit.access import NATIONAL
from sheber.kit.api import Out, Page, Paging, Problem, Prose, Texts, Word, cut, filled, told_current
from sheber.kit.http import Request

from . import profiles, queries, services
from .case import queries as case
from .case.views import server_of
from .profiles import ItemRow, ProfileRow

router = Router(tags=["competences"])
GAP_FRAMEWORK = "CDIO"
STATUS = "How sure the fact is: confirmed, from memory, proposed or derived."


class FrameworkOut(Out):
    """A framework in one version."""

    code: str = Field(examples=["CDIO"])
    version: str = Field(examples=["2.0"])
    title: Texts
    publisher: str
    note: Texts
    status: str = Field(description="draft, published or archived; a published framework never changes.")
    replaces_version: str | None
    replaced_by_version: str | None
    translation_origin: str = Field(description="Who translated the titles.")
    published_at: dt.datetime | None
    competences: int = Field(description="Number of items.")
    edit_version: int = Field(description="Counts the changes of a draft.")
    status_of_fact: str = Field(description=STATUS)
    sources: list[str]


class CompetenceOut(Out):
    """An item of a framework."""

    code: str = Field(examples=["4.3"])
    parent: str | None = Field(description="Code of the item above.")
    depth: int = Field(description="1 is a section.")
    title: Texts
    short_title: Texts
    meaning: Texts
    kind: str
    stage: str = Field(description="C, D, I or O: conceive, design, implement, operate; empty where it is none of them.")
    is_extension: bool
    status_of_fact: str = Field(description=STATUS)
    sources: list[str]


class AlignmentOut(Out):
    """A link to an item of another framework."""

    kind: str
    is_outgoing: bool = Field(description="Stated from this item to the other one.")
    framework: str
    framework_version: str
    code: str
    title: Texts
    status_of_fact: str = Field(description=STATUS)


class CompetenceDetail(CompetenceOut):
    """An item with its place in the tree and its links."""

    framework: str
    framework_version: str
    above: list[str] = Field(description="Codes from the section down.")
    below: list[str] = Field(description="Codes of the items right below.")
    alignments: list[AlignmentOut]


class LevelOut(Out):
    """A level of the proficiency scale."""

    level: int = Field(description="1 to 5.")
    short: Texts
    meaning: Texts
    evidence_hint: Texts = Field(description="What would show it.")
    status_of_fact: str = Field(description=STATUS)


class EngineerTypeOut(Out):
    """An engineer type."""

    code: str = Field(examples=["line_engineer"])
    title: Texts
    subtype_of: str | None
    accord: str = Field(description="International accord that describes it.")
    problem_range: str
    nqf: list[int] = Field(description="Levels of the national qualifications framework.")
    eqf: list[int] = Field(description="Levels of the European qualifications framework.")
    stage_weights: dict[str, float] = Field(description="Share of each CDIO stage, together 1.")
    rationale: Texts
    status_of_fact: str = Field(description=STATUS)


class TargetOut(Out):
    """What a profile asks of one item."""

    code: str = Field(examples=["4.3"])
    title: Texts
    level: float | None = Field(description="0 to 5; empty when nothing is required or the source cannot tell.")
    low: float | None = Field(description="Lower end of the interval, 0 to 5.")
    high: float | None = Field(description="Upper end of the interval, 0 to 5.")
    weight: float = Field(description="0 to 1.")


class ProfileOut(Out):
    """A profile in force, with where it comes from."""

    version: str
    framework: str
    framework_version: str
    status_of_fact: str = Field(description=STATUS)
    sources: list[str]
    attribution: str = Field(description="To be shown wherever the figures are shown.")
    targets: list[TargetOut]


class EngineerTypeDetail(EngineerTypeOut):
    """An engineer type with what it requires."""

    profile: ProfileOut | None


class OccupationOut(Out):
    """An occupation."""

    soc: str = Field(description="Code of the Standard Occupational Classification.", examples=["17-2141.00"])
    title: Texts
    engineer_type: str
    job_zone: int | None = Field(description="1 to 5, O*NET.")
    sector_code: str
    isco08: str = Field(description="ISCO-08.")
    programme_field: str
    programme_group: str
    status_of_fact: str = Field(description=STATUS)


class OccupationDetail(OccupationOut):
    """An occupation with its raw profile; the demand made of it is at ``/occupations/{soc}/demand``."""

    profile: ProfileOut | None


class FrameworkPage(Page[FrameworkOut]):
    """A part of the list of frameworks."""


class CompetencePage(Page[CompetenceOut]):
    """A part of the tree of a framework."""


class LevelPage(Page[LevelOut]):
    """A part of the proficiency scale."""


class EngineerTypePage(Page[EngineerTypeOut]):
    """A part of the list of engineer types."""


class OccupationPage(Page[OccupationOut]):
    """A part of the list of occupations."""


class TreeFilters(Schema):
    """How much of a tree."""

    depth_max: int = Field(10, ge=1, le=10, description="Items down to this depth; 1 gives the sections.")


class CaseFilters(Schema):
    """Which package."""

    case: Literal["1.0", "1.1"] = Field("1.1", description="1.0 has one language and nothing beyond its fields.")
    text: Literal["kk", "ru", "en"] = Field("en", description="Language of the plain texts; in 1.1 the others stand in `extensions`.")


class OccupationFilters(Schema):
    """Empty means any."""

    text: Word = Field("", description="Words of the title or the code, in any language, whatever their case.")
    engineer_type: Word = Field("", description="Code of an engineer type.")
    sector: Word = Field("", description="Code of a branch of industry.")


@router.get("/frameworks", response={200: FrameworkPage}, url_name="competences_frameworks", operation_id="framework_list")
def framework_list(request: Request, paging: Query[Paging]) -> Any:
    """Frameworks in all their versions, drafts left out."""
    return cut(queries.framework_list(), paging)


@router.get("/frameworks/{code}/{version}", response={200: FrameworkOut}, url_name="competences_framework",
            operation_id="framework_detail")
def framework_detail(request: Request, code: str, version: str) -> Any:
    """One framework."""
    return _framework(code, version)


@router.get("/frameworks/{code}/{version}/case", response={200: dict[str, Any]}, url_name="competences_case",
            operation_id="framework_case")
def framework_case(request: Request, code: str, version: str, filters: Query[CaseFilters]) -> Any:
    """One framework as a CASE package: `CFDocument`, `CFItems`, `CFAssociations`, `CFDefinitions`. Other servers read published ones at
    `/ims/case/v1p0/CFPackages/{identifier}` and `/ims/case/v1p1/…`."""
    row = _framework(code, version)
    return case.package(row.id, version=filters.case, server=server_of(request), language=filters.text)


@router.get("/frameworks/{code}/{version}/competences", response={200: CompetencePage}, url_name="competences_tree",
            operation_id="competence_list")
def competence_list(request: Request, code: str, version: str, filters: Query[TreeFilters], paging: Query[Paging]) -> Any:
    """The tree of a framework: each item after the one above it."""
    rows = queries.framework_tree(_framework(code, version).id, depth_max=filters.depth_max)
    codes = {row.id: row.code for row in rows}
    return cut([filled(CompetenceOut, row, parent=codes.get(row.parent_id or 0)) for row in rows], paging)


@router.get("/frameworks/{code}/{version}/competences/{competence_code}", response={200: CompetenceDetail},
            url_name="competences_competence", operation_id="competence_detail")
def competence_detail(request: Request, code: str, version: str, competence_code: str) -> Any:
    """One item with its links to other frameworks."""
    found = queries.competence_detail(code, version, competence_code)
    if found is None:
        raise LookupError(_("There is no such item in this framework."))
    links = [filled(AlignmentOut, one, framework=one.framework_code) for one in found.aligned]
    return filled(CompetenceDetail, found.competence, parent=found.above[-1].code if found.above else None,
                  framework=found.framework.code, framework_version=found.framework.version,
                  above=[one.code for one in found.above], below=[one.code for one in found.below], alignments=links)


@router.get("/proficiency-levels", response={200: LevelPage}, url_name="competences_levels", operation_id="level_list")
def level_list(request: Request, paging: Query[Paging]) -> Any:
    """The proficiency scale. *Not assessed* is no level."""
    return cut(queries.proficiency_scale(), paging)


@router.get("/engineer-types", response={200: EngineerTypePage}, url_name="competences_types", operation_id="engineer_type_list")
def engineer_type_list(request: Request, paging: Query[Paging]) -> Any:
    """The engineer types of the national model."""
    return cut(queries.type_list(), paging)


@router.get("/engineer-types/{code}", response={200: EngineerTypeDetail}, url_name="competences_type",
            operation_id="engineer_type_detail")
def engineer_type_detail(request: Request, code: str) -> Any:
    """One engineer type with the levels it requires."""
    found = next((row for row in queries.type_list() if row.code == code), None)
    if found is None:
        raise LookupError(_("There is no engineer type named %(name)s.") % {"name": code})
    framework = queries.framework(GAP_FRAMEWORK)
    items = profiles.item_rows(framework.id) if framework else ()
    profile = profiles.type_profile(code, items)
    return filled(EngineerTypeDetail, found, profile=profile and framework and _profile(profile, items, framework))


@router.get("/occupations", response={200: OccupationPage}, url_name="competences_occupations", operation_id="occupation_list")
def occupation_list(request: Request, filters: Query[OccupationFilters], paging: Query[Paging]) -> Any:
    """Occupations by engineer type and code."""
    return cut(queries.occupation_list(**filters.model_dump(), limit=10_000), paging)


@router.get("/occupations/{soc}", response={200: OccupationDetail}, url_name="competences_occupation",
            operation_id="occupation_detail")
def occupation_detail(request: Request, soc: str) -> Any:
    """One occupation with its profile as derived from the source. These levels are not absolute targets."""
    found = next((row for row in queries.occupation_list(limit=10_000) if row.soc == soc), None)
    if found is None:
        raise LookupError(_("There is no occupation with the code %(code)s.") % {"code": soc})
    framework = queries.framework(GAP_FRAMEWORK)
    items = profiles.item_rows(framework.id) if framework else ()
    rows = profiles.occupation_profiles(items, engineer_type=found.engineer_type)
    profile = next((row for row in rows if row.soc == soc), None)
    return filled(OccupationDetail, found, profile=profile and framework and _profile(profile, items, framework))


def _framework(code: str, version: str) -> queries.FrameworkRow:
    found = queries.framework(code, version)
    if found is None:
        raise LookupError(_("There is no such version of a framework."))
    return found


def _profile(profile: ProfileRow, items: tuple[ItemRow, ...], framework: queries.FrameworkRow) -> dict[str, Any]:
    targets = [{"code": item.code, "title": item.title, "level": _maybe(profile.level[k]), "low": _maybe(profile.low[k]),
                "high": _maybe(profile.high[k]), "weight": float(profile.weight[k])} for k, item in enumerate(items)]
    return filled(ProfileOut, profile, framework=framework.code, framework_version=framework.version, targets=targets)


def _maybe(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


class FrameworkDeleted(Out):
    """A draft lies in the trash."""

    deletion_id: int = Field(description="By which it is put back.")


class FrameworkRemoval(Schema):
    """What a removal is sent with."""

    edit_version: int = Field(ge=0, lt=2**31, description="The one read with the framework; 409 `stale` when the draft was changed since.")
    reason: Prose = ""


@router.delete("/frameworks/{code}/{version}", response={200: FrameworkDeleted, 409: Problem}, url_name="competences_framework",
               operation_id="framework_delete")
def framework_delete(request: Request, code: str, version: str, removal: Query[FrameworkRemoval]) -> Any:
    """Put a draft into the trash with its competences; for thirty days it can be put back (`deletion_restore`).

    409 `framework_published`, or `held` when something is made of it.
    """
    if not request.access.allowed("framework.edit", NATIONAL):
        raise PermissionDenied
    row = queries.framework(code, version)
    if row is None:
        raise LookupError(_("There is no such framework."))
    with told_current(FrameworkOut, lambda: queries.framework(code, version)):
        return {"deletion_id": services.framework_delete(actor=request.user, framework_id=row.id, reason=removal.reason,
                                                         edit_version=removal.edit_version)}
