"""People, their roles and invitations over the API: what the pages do."""

import datetime as dt
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from sheber.kit.api import In, Out, Page, Paging, Problem, Prose, Texts, TextsIn, Word, filled, page, told_current
from sheber.kit.http import Request, own_address
from sheber.kit.tables import Query as TableQuery
from sheber.spine.organisations import queries as organisations
from sheber.spine.people import queries, services
from sheber.spine.people.queries import DirectoryFilters

from .me import RoleOut, router

__all__ = ["router"]

LAST_DAY = "Last day, included; reviewers, supervisors and mentors need one within a year."
assert isinstance(router, Router)


class HeldRole(RoleOut):
    """A role with the number it is changed by."""

    id: int
    edit_version: int = Field(description="Counts the changes of its days.")


class PersonBrief(Out):
    """A person of the directory."""

    id: int
    name: Texts
    email: str
    language: str
    is_active: bool
    is_synthetic: bool
    roles: list[HeldRole] = Field(description="Held now, where the reader may see persons.")


class PersonPage(Page[PersonBrief]):
    """A part of the directory."""


class PersonFull(PersonBrief):
    """A person with every role, past ones too."""

    created_at: dt.datetime
    edit_version: int


class DirectoryAsked(Schema):
    """Empty means any."""

    text: Word = Field("", description="Words of the name in any language, or of the e-mail; with or without Kazakh letters.")
    role: Word = ""
    organisation: Word = Field("", description="Code: people with a role there or below.")
    state: Literal["", "active", "closed"] = ""


class PersonEdit(In):
    """What an account says of its person."""

    name: TextsIn
    email: Word
    language: Literal["kk", "ru", "en"]
    edit_version: int = Field(ge=0, lt=2**31, description="The one read with the person; 409 `stale` when somebody saved since.")
    reason: Prose = ""


class ReasonIn(In):
    """Why."""

    reason: Prose = ""


class RoleNew(In):
    """A role at a node."""

    role: Word
    organisation: Word = Field(description="Code of the organisation.")
    starts_on: dt.date | None = None
    ends_on: dt.date | None = Field(None, description=LAST_DAY)
    reason: Prose = ""


class RoleVersion(In):
    """Which version of a role was looked at."""

    edit_version: int = Field(ge=0, lt=2**31, description="The one read with the role; 409 `stale` when somebody changed it since.")


class RoleDays(RoleVersion):
    """Days of a role."""

    starts_on: dt.date | None
    ends_on: dt.date | None = Field(description=LAST_DAY)
    reason: Prose = ""


class RoleEnding(RoleVersion):
    """Why a role ends."""

    reason: Prose = ""


class InvitationOut(Out):
    """An invitation; the token is told only when it is written, and only where no letter goes out."""

    id: int
    email: str
    role: str
    organisation_code: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    state: str = Field(description="open, expired, accepted or withdrawn.")
    invited_at: dt.datetime
    expires_at: dt.datetime


class InvitationPage(Page[InvitationOut]):
    """A part of the invitations, newest first."""


class InvitationWritten(InvitationOut):
    """With ``link`` to hand over where this installation sends no letters; empty otherwise."""

    link: str


class InvitationsWritten(Out):
    """What was written."""

    items: list[InvitationWritten]


class GuestIn(In):
    """Who is invited."""

    email: Word
    name: TextsIn = TextsIn(kk="", ru="", en="")


class InvitationNew(In):
    """People invited to one role: all of them or none."""

    guests: list[GuestIn] = Field(min_length=1, max_length=500)
    role: Word
    organisation: Word = Field(description="Code of the organisation.")
    starts_on: dt.date | None = None
    ends_on: dt.date | None = Field(None, description=LAST_DAY)
    language: Literal["kk", "ru", "en"] = "kk"


def _place(request: Request, code: str) -> int:
    row = organisations.by_code(code)
    if row is None or not request.access.allowed("role.grant", row.path):
        raise PermissionDenied
    return row.id


def _person(request: Request, person_id: int) -> dict[str, Any]:
    row = queries.person_detail(person_id)
    if row is None:
        raise LookupError(_("There is no such person."))
    roles = [one for one in queries.roles_of(row.id)
             if row.id == request.user.pk or request.access.allowed("person.view", one.organisation_path)]
    return filled(PersonFull, row, roles=roles)


def _role(person_id: int, role_id: int) -> None:
    if queries.role_of(person_id, role_id) is None:
        raise LookupError(_("There is no such role."))


@router.get("/people", response={200: PersonPage}, url_name="people_list", operation_id="person_list")
def person_list(request: Request, asked: Query[DirectoryAsked], paging: Query[Paging]) -> Any:
    """People with a role at or below the organisations where the reader may see persons, by name."""
    at = ""
    if asked.organisation:
        row = organisations.by_code(asked.organisation)
        if row is None or not request.access.allowed("person.view", row.path):
            raise PermissionDenied
        at = row.path
    part = queries.directory(DirectoryFilters(request.access.visible_paths("person.view"), asked.text, asked.role, at, asked.state),
                             offset=paging.offset, limit=paging.limit)
    return page(part.rows, part.total, paging)


@router.get("/people/{key:person_id}", response={200: PersonFull}, url_name="people_person", operation_id="person_detail")
def person_detail(request: Request, person_id: int) -> Any:
    """One person, with roles held before too."""
    return _person(request, person_id)


@router.put("/people/{key:person_id}", response={200: PersonFull, 409: Problem}, url_name="people_person", operation_id="person_edit")
def person_edit(request: Request, person_id: int, change: PersonEdit) -> Any:
    """Change names, e-mail and language. Another e-mail ends every session of the person."""
    with told_current(PersonFull, lambda: _person(request, person_id)):
        services.person_edit(actor=request.user, person_id=person_id, name=change.name.model_dump(), email=change.email,
                             language=change.language, edit_version=change.edit_version, reason=change.reason)
    return _person(request, person_id)


@router.post("/people/{key:person_id}/close", response={200: PersonFull, 409: Problem}, url_name="people_close",
             operation_id="person_deactivate")
def person_deactivate(request: Request, person_id: int, why: ReasonIn) -> Any:
    """Close the account: every session ends at once. A reason is asked for."""
    services.person_deactivate(actor=request.user, person_id=person_id, reason=why.reason)
    return _person(request, person_id)


@router.post("/people/{key:person_id}/open", response={200: PersonFull, 409: Problem}, url_name="people_open",
             operation_id="person_reactivate")
def person_reactivate(request: Request, person_id: int, why: ReasonIn) -> Any:
    """Open a closed account again."""
    services.person_reactivate(actor=request.user, person_id=person_id, reason=why.reason)
    return _person(request, person_id)


@router.post("/people/{key:person_id}/roles", response={201: PersonFull, 409: Problem}, url_name="people_roles", operation_id="role_grant")
def role_grant(request: Request, person_id: int, wanted: RoleNew) -> Any:
    """Give a role whose permissions you hold yourself at that organisation. 409 `role_held_already`: its days are changed instead."""
    services.role_grant(actor=request.user, person_id=person_id, role=wanted.role, organisation_id=_place(request, wanted.organisation),
                        starts_on=wanted.starts_on, ends_on=wanted.ends_on, reason=wanted.reason, is_new=True)
    return Status(201, _person(request, person_id))


@router.put("/people/{key:person_id}/roles/{key:role_id}", response={200: PersonFull, 409: Problem}, url_name="people_role",
            operation_id="role_dates_change")
def role_dates_change(request: Request, person_id: int, role_id: int, days: RoleDays) -> Any:
    """Another first or last day."""
    _role(person_id, role_id)
    with told_current(PersonFull, lambda: _person(request, person_id)):
        services.role_dates_change(actor=request.user, role_id=role_id, starts_on=days.starts_on, ends_on=days.ends_on, reason=days.reason,
                                   edit_version=days.edit_version)
    return _person(request, person_id)


@router.post("/people/{key:person_id}/roles/{key:role_id}/end", response={200: PersonFull, 409: Problem}, url_name="people_role_end",
             operation_id="role_end")
def role_end(request: Request, person_id: int, role_id: int, why: RoleEnding) -> Any:
    """Take a role back at once. A reason is asked for."""
    _role(person_id, role_id)
    with told_current(PersonFull, lambda: _person(request, person_id)):
        services.role_end_now(actor=request.user, role_id=role_id, reason=why.reason, edit_version=why.edit_version)
    return _person(request, person_id)


@router.get("/invitations", response={200: InvitationPage}, url_name="people_invitations", operation_id="invitation_list")
def invitation_list(request: Request, paging: Query[Paging], state: Literal["", "open", "expired", "accepted", "withdrawn"] = "") -> Any:
    """Invitations to organisations where the reader grants roles."""
    wanted = TableQuery("invited", True, "", {"state": state} if state else {}, paging.offset, paging.limit)
    part = queries.invitation_slice(wanted, paths=request.access.visible_paths("role.grant"))
    return page(part.rows, part.total, paging)


@router.post("/invitations", response={201: InvitationsWritten, 409: Problem}, url_name="people_invitations",
             operation_id="invitation_create")
def invitation_create(request: Request, wanted: InvitationNew) -> Any:
    """Invite people to one role: all or none. 422 `invitation_lines` names the guests that cannot be invited, counted from 1."""
    guests = [services.Guest(one.email, one.name.model_dump(), number) for number, one in enumerate(wanted.guests, 1)]
    sent = services.invitations_create(
        actor=request.user, guests=guests, role=wanted.role, organisation_id=_place(request, wanted.organisation),
        starts_on=wanted.starts_on, ends_on=wanted.ends_on, language=wanted.language, address=_address(request))
    return Status(201, {"items": [_written(request, one) for one in sent]})


@router.post("/invitations/{key:invitation_id}/resend", response={200: InvitationWritten, 409: Problem},
             url_name="people_invitation_resend", operation_id="invitation_resend")
def invitation_resend(request: Request, invitation_id: int) -> Any:
    """Send again with a new link; the earlier one opens nothing any more."""
    return _written(request, services.invitation_resend(actor=request.user, invitation_id=invitation_id, address=_address(request)))


@router.post("/invitations/{key:invitation_id}/withdraw", response={200: InvitationOut, 409: Problem},
             url_name="people_invitation_withdraw", operation_id="invitation_withdraw")
def invitation_withdraw(request: Request, invitation_id: int) -> Any:
    """The link opens nothing any more."""
    services.invitation_withdraw(actor=request.user, invitation_id=invitation_id)
    return queries.invitation(invitation_id)


def _address(request: Request) -> str:
    return own_address(request, reverse("people:invitation"))


def _written(request: Request, sent: services.Sent) -> dict[str, Any]:
    link = "" if services.mail_is_sent() else f"{_address(request)}{sent.token}/"
    return filled(InvitationWritten, queries.invitation(sent.invitation.pk), link=link)
