"""The person who asks, over the API."""

import datetime as dt
from typing import Any

from ninja import Router
from pydantic import Field

from sheber.kit.api import Out, Texts, filled
from sheber.kit.http import Request
from sheber.spine.people import queries
from sheber.spine.people.models import User
from sheber.spine.people.roles import PERMISSIONS

router = Router(tags=["people"])


class RoleOut(Out):
    """A role held at a node; it holds below the node too."""

    role: str = Field(examples=["programme_director"])
    label: str = Field(description="The role in the reader's language.")
    organisation_code: str
    organisation_name: Texts
    starts_on: dt.date | None
    ends_on: dt.date | None
    is_current: bool


class MeOut(Out):
    """The person who is signed in."""

    id: int
    name: Texts
    email: str
    language: str = Field(description="kk, ru or en.")
    is_synthetic: bool = Field(description="Made for the demonstration.")
    roles: list[RoleOut]
    permissions: list[str] = Field(description="Permissions held at one node at least, today.", examples=[["programme.view", "gap.view"]])


@router.get("/me", response={200: MeOut}, url_name="people_me", operation_id="me")
def me(request: Request) -> Any:
    """Who is signed in, with which roles and permissions."""
    user = request.user
    assert isinstance(user, User)
    held = [name for name in PERMISSIONS if request.access.visible_paths(name)]
    return filled(MeOut, user, roles=queries.roles_of(user.pk), permissions=held)
