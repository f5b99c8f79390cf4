"""The tree of organisations over the API."""

from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from sheber.kit.api import Out, Page, Paging, Texts, Word, cut, filled
from sheber.kit.http import Request
from sheber.spine.organisations import queries
from sheber.spine.organisations.queries import OrganisationRow

router = Router(tags=["organisations"])


class OrganisationBrief(Out):
    """An organisation by its names."""

    code: str = Field(examples=["KARTU"])
    kind: str
    name: Texts
    short_name: Texts


class OrganisationOut(OrganisationBrief):
    """An organisation as the list shows it."""

    parent: str | None = Field(description="Code of the organisation above, when the reader may see it.")
    country: str = Field(description="ISO 3166-1, two letters.", examples=["KZ"])
    region: str | None = Field(description="Code of the region.")
    sector: str | None = Field(description="Code of the branch of industry.")
    city: Texts
    employees: int | None = Field(description="Persons.")
    is_fictional: bool
    is_synthetic: bool = Field(description="Made for the demonstration.")
    is_active: bool
    edit_version: int = Field(description="Counts the saves; sent back with a change.")


class OrganisationDetail(OrganisationOut):
    """An organisation with its place in the tree."""

    about: Texts
    above: list[OrganisationBrief] = Field(description="From the root down.")
    below: list[OrganisationBrief] = Field(description="Everything below, in the order of the tree.")


class OrganisationPage(Page[OrganisationOut]):
    """A part of the list of organisations."""


class OrganisationFilters(Schema):
    """Empty means any."""

    kind: Word = Field("", description="university, college, faculty, department, enterprise, research_centre, ministry …")
    region: Word = Field("", description="Code of a region.")
    sector: Word = Field("", description="Code of a branch of industry.")
    text: Word = Field("", description="Part of the code or of a name, in any language, whatever its case.")


@router.get("/organisations", response={200: OrganisationPage}, url_name="organisations_list", operation_id="organisation_list")
def organisation_list(request: Request, filters: Query[OrganisationFilters], paging: Query[Paging]) -> Any:
    """Organisations the reader may see, each below the one it belongs to."""
    rows = queries.visible(request.access.visible_paths("organisation.view"))
    codes = {row.id: row.code for row in rows}
    found = [row for row in rows if _passes(row, filters)]
    return cut([filled(OrganisationOut, row, parent=codes.get(row.parent_id or 0)) for row in found], paging)


@router.get("/organisations/{code}", response={200: OrganisationDetail}, url_name="organisations_detail",
            operation_id="organisation_detail")
def organisation_detail(request: Request, code: str) -> Any:
    """One organisation with what stands above and below it."""
    row = queries.by_code(code)
    if row is None:
        raise LookupError(_("There is no organisation with the code %(code)s.") % {"code": code})
    above = [one for one in queries.breadcrumbs(row.path)[:-1] if request.access.allowed("organisation.view", one.path)]
    below = [one for one in queries.subtree(row.path) if one.id != row.id]
    parent = above[-1].code if above and above[-1].id == row.parent_id else None
    return filled(OrganisationDetail, row, parent=parent, above=above, below=below)


def organisation_out(row: OrganisationRow, parent: str | None) -> dict[str, Any]:
    """An organisation as it is answered after a change."""
    return filled(OrganisationOut, row, parent=parent)


def _passes(row: OrganisationRow, filters: OrganisationFilters) -> bool:
    wanted = ((filters.kind, row.kind), (filters.region, row.region), (filters.sector, row.sector))
    if any(asked and asked != found for asked, found in wanted):
        return False
    return filters.text.casefold() in " ".join([row.code, *row.name.values(), *row.short_name.values()]).casefold()
