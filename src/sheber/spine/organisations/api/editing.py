"""The tree changed over the API."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from ninja import Query, Schema, Status
from pydantic import Field

from sheber.kit.api import In, Out, Problem, Prose, TextsIn, Word, told_current
from sheber.kit.http import Request
from sheber.spine.organisations import queries, services
from sheber.spine.organisations.models import Organisation

from .reading import OrganisationOut, organisation_out, router

__all__ = ["router"]

READ = "The one read with the organisation; 409 `stale` when somebody saved since."


class OrganisationFacts(In):
    """What an organisation is. Nothing is left out, so nothing is lost."""

    code: Word = Field(description="At most 40 letters, digits, dots, dashes and underscores.", examples=["KARTU-MET"])
    kind: Organisation.Kind
    name: TextsIn
    short_name: TextsIn
    city: TextsIn
    about: TextsIn
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166-1, two letters.", examples=["KZ"])
    region: Word | None = Field(description="Code of the region.")
    sector: Word | None = Field(description="Code of the branch of industry.")
    employees: int | None = Field(ge=0, le=2_000_000)

    def facts(self) -> dict[str, Any]:
        """What the services take. Raises ``LookupError`` for a region or a sector that is not known."""
        found = self.model_dump()
        for name, rows in (("region", queries.regions()), ("sector", queries.sectors())):
            code = found.pop(name) or None
            if code is not None and code not in {one.code for one in rows}:
                raise LookupError(_("There is no region or sector with the code %(code)s.") % {"code": code})
            found[f"{name}_id"] = code
        return found


class OrganisationAdded(In):
    """An organisation below another one."""

    parent: Word = Field(description="Code of the organisation above.")
    organisation: OrganisationFacts
    reason: Prose = ""


class OrganisationSaved(In):
    """An organisation as it is to be."""

    edit_version: int = Field(ge=0, lt=2**31, description=READ)
    organisation: OrganisationFacts
    reason: Prose = ""


class OrganisationWhy(In):
    """Why it is closed or opened."""

    edit_version: int = Field(ge=0, lt=2**31, description=READ)
    reason: Prose = ""


class OrganisationMoved(OrganisationWhy):
    """Where it is to stand."""

    parent: Word = Field(description="Code of the organisation above.")


class OrganisationRemoval(Schema):
    """What a removal is sent with."""

    edit_version: int = Field(ge=0, lt=2**31, description=READ)
    reason: Prose = ""


class OrganisationDeleted(Out):
    """It lies in the trash."""

    deletion_id: int = Field(description="By which it is put back.")


def _editable(request: Request, code: str) -> queries.OrganisationRow:
    row = queries.by_code(code)
    if row is None or not request.access.allowed("organisation.edit", row.path):
        raise PermissionDenied
    return row


def _out(organisation: Organisation) -> Any:
    return _now(organisation.pk)


def _now(organisation_id: int) -> Any:
    row = queries.by_id(organisation_id)
    assert row is not None, "it was there a moment ago"
    above = queries.by_id(row.parent_id) if row.parent_id else None
    return organisation_out(row, above.code if above else None)


@router.post("/organisations", response={201: OrganisationOut, 409: Problem}, url_name="organisations_list",
             operation_id="organisation_add")
def organisation_add(request: Request, wanted: OrganisationAdded) -> Any:
    """Add an organisation below one that the reader looks after."""
    above = _editable(request, wanted.parent)
    made = services.organisation_create(actor=request.user, parent_id=above.id, reason=wanted.reason, **wanted.organisation.facts())
    return Status(201, _out(made))


@router.put("/organisations/{code}", response={200: OrganisationOut, 409: Problem}, url_name="organisations_detail",
            operation_id="organisation_edit")
def organisation_edit(request: Request, code: str, change: OrganisationSaved) -> Any:
    """Make an organisation what is sent."""
    row = _editable(request, code)
    with told_current(OrganisationOut, lambda: _now(row.id)):
        return _out(services.organisation_edit(actor=request.user, organisation_id=row.id, facts=change.organisation.facts(),
                                               edit_version=change.edit_version, reason=change.reason))


@router.post("/organisations/{code}/move", response={200: OrganisationOut, 409: Problem}, url_name="organisations_move",
             operation_id="organisation_move")
def organisation_move(request: Request, code: str, change: OrganisationMoved) -> Any:
    """Hang it with all below it under another one; both places above have to be the reader's. A reason is asked for."""
    row = _editable(request, code)
    old = queries.by_id(row.parent_id) if row.parent_id else None
    if old is not None:
        _editable(request, old.code)
    above = _editable(request, change.parent)
    with told_current(OrganisationOut, lambda: _now(row.id)):
        return _out(services.organisation_move(actor=request.user, organisation_id=row.id, parent_id=above.id, reason=change.reason,
                                               edit_version=change.edit_version))


@router.post("/organisations/{code}/close", response={200: OrganisationOut, 409: Problem}, url_name="organisations_close",
             operation_id="organisation_close")
def organisation_close(request: Request, code: str, change: OrganisationWhy) -> Any:
    """Close it: nothing new begins there. A reason is asked for."""
    row = _editable(request, code)
    with told_current(OrganisationOut, lambda: _now(row.id)):
        return _out(services.organisation_close(actor=request.user, organisation_id=row.id, edit_version=change.edit_version,
                                                reason=change.reason))


@router.post("/organisations/{code}/open", response={200: OrganisationOut, 409: Problem}, url_name="organisations_open",
             operation_id="organisation_reopen")
def organisation_reopen(request: Request, code: str, change: OrganisationWhy) -> Any:
    """Open it again."""
    row = _editable(request, code)
    with told_current(OrganisationOut, lambda: _now(row.id)):
        return _out(services.organisation_reopen(actor=request.user, organisation_id=row.id, edit_version=change.edit_version,
                                                 reason=change.reason))


@router.delete("/organisations/{code}", response={200: OrganisationDeleted, 409: Problem}, url_name="organisations_detail",
               operation_id="organisation_delete")
def organisation_delete(request: Request, code: str, removal: Query[OrganisationRemoval]) -> Any:
    """Put an organisation to which nothing refers into the trash; for thirty days it can be put back (`deletion_restore`).

    409 `held` says what refers to it: such an organisation is closed.
    """
    row = _editable(request, code)
    return {"deletion_id": services.organisation_delete(actor=request.user, organisation_id=row.id, edit_version=removal.edit_version,
                                                        reason=removal.reason)}
