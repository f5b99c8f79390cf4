"""One's tokens over the API. They are made on the page only: a token that could make tokens would outlive its own end."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from sheber.kit.api import Out, Page, Paging, cut
from sheber.kit.http import Request
from sheber.spine.integrations import queries, services
from sheber.spine.integrations.middleware import TOKEN
from sheber.spine.people.models import User

router = Router(tags=["integrations"])


class TokenSelf(Out):
    """The token by which the request came."""

    name: str
    prefix: str = Field(description="Its beginning.", examples=["shb_1a2B3c"])
    owner_id: int
    scopes: list[str] = Field(description="Permissions, and `own`.", examples=[["programme.view", "own"]])
    organisation_code: str = Field(description="Works at and below it; empty: wherever its owner may.")
    expires_at: dt.datetime


class TokenOut(Out):
    """A token without the token."""

    id: int
    name: str
    prefix: str = Field(description="Its beginning.", examples=["shb_1a2B3c"])
    scopes: list[str] = Field(description="Permissions, and `own`.")
    organisation_code: str | None = Field(description="Works at and below it; empty: wherever its owner may.")
    state: str = Field(description="active, expired or revoked.")
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None = Field(description="To the minute.")
    revoked_at: dt.datetime | None


class TokenPage(Page[TokenOut]):
    """A part of one's tokens, newest first."""


@router.get("/token", response={200: TokenSelf}, url_name="integrations_token", operation_id="token_self")
def token_self(request: Request) -> Any:
    """The token in use; 404 when the request came by a session. Every token may ask this."""
    token = getattr(request, TOKEN, None)
    if token is None:
        raise LookupError(_("This request came by a session and not by a token."))
    return {"name": token.name, "prefix": token.prefix, "owner_id": token.owner.pk, "scopes": list(token.scopes),
            "organisation_code": token.organisation_code, "expires_at": token.expires_at}


@router.get("/tokens", response={200: TokenPage}, url_name="integrations_tokens", operation_id="token_list")
def token_list(request: Request, paging: Query[Paging]) -> Any:
    """One's own tokens."""
    return cut(queries.token_rows(_me(request)), paging)


@router.post("/tokens/{key:token_id}/revoke", response={200: TokenOut}, url_name="integrations_token_revoke", operation_id="token_revoke")
def token_revoke(request: Request, token_id: int) -> Any:
    """End one of one's tokens for good; the one in use too."""
    assert isinstance(request.user, User)
    services.token_revoke(actor=request.user, token_id=token_id)
    return next(row for row in queries.token_rows(_me(request)) if row.id == token_id)


def _me(request: Request) -> int:
    return int(request.user.pk or 0)
